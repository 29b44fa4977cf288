import { existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { LayerEntries } from '../../../engine/contents/layer-entry.ts';
import { singleLayer, stackLayers } from '../../../engine/contents/stack-layers.ts';
import { accountForBytes, type Waste } from '../../../engine/contents/waste.ts';
import type { Digest } from '../../../engine/oci/types.ts';
import type { ImageLayer } from '../../../shared/contract/images.ts';
import { StrataError } from '../../../shared/errors.ts';
import { readPieces } from '../../files/read-pieces.ts';
import { readLayer } from '../../images/read-layer.ts';
import { fileTree, type LayerTree } from './file-tree.ts';

/** The file trees of images, read when first asked for and kept for a while. */
export interface ImageTrees {
  /** @param layer null for the whole image */
  tree(image: string, layers: readonly ImageLayer[], layer: number | null): Promise<LayerTree>;
  /** Where the bytes of the files go. */
  waste(image: string, layers: readonly ImageLayer[]): Promise<Waste>;
}

const KEPT_LAYERS = 150;
const KEPT_TREES = 4;
const KEPT_WASTES = 20;

/** @param blobFile where the bytes of a layer are kept */
export function createImageTrees(blobFile: (digest: Digest) => string): ImageTrees {
  const layers = new Map<string, Promise<LayerEntries>>();
  const trees = new Map<string, Promise<LayerTree>>();
  const wastes = new Map<string, Promise<Waste>>();

  const entriesOf = (layer: ImageLayer): Promise<LayerEntries> =>
    remembered(layers, KEPT_LAYERS, layer.digest, () => readEntries(blobFile(layer.digest), layer));

  const read = async (all: readonly ImageLayer[]): Promise<LayerEntries[]> => {
    const entries: LayerEntries[] = [];
    // One after another: each fills a core while it is decompressed.
    for (const each of all) entries.push(await entriesOf(each));
    return entries;
  };
  const build = async (all: readonly ImageLayer[], layer: number | null): Promise<LayerTree> => {
    const entries = await read(layer === null ? all : all.slice(layer, layer + 1));
    return fileTree(layer === null ? stackLayers(entries) : singleLayer(entries[0] ?? [], layer));
  };

  return {
    tree: (image, all, layer) => remembered(trees, KEPT_TREES, `${image} ${layer}`, () => build(all, layer)),
    waste: (image, all) =>
      remembered(wastes, KEPT_WASTES, image, async () => {
        const entries = await read(all);
        return accountForBytes(entries, stackLayers(entries));
      }),
  };
}

/** @throws StrataError `not-found` where the layer is no longer kept, `invalid-image` where it is damaged */
async function readEntries(file: string, layer: ImageLayer): Promise<LayerEntries> {
  if (!existsSync(file)) {
    throw new StrataError('not-found', 'A layer of this image is no longer in the cache.', {
      hint: 'Pack the image again.',
    });
  }
  const source = { openBlob: async () => Readable.from(readPieces(file), { objectMode: false }) };
  const descriptor = { mediaType: layer.mediaType, digest: layer.digest, size: layer.compressedBytes };
  const { entries } = await readLayer(source, descriptor, { hashContents: true });
  return entries;
}

/** The value of a key, made once; the one that was not asked for the longest gives way. Failures are not kept. */
function remembered<Value>(
  values: Map<string, Promise<Value>>,
  most: number,
  key: string,
  make: () => Promise<Value>,
): Promise<Value> {
  const value = values.get(key) ?? make();
  values.delete(key);
  values.set(key, value);
  value.catch(() => values.delete(key));
  const [oldest] = values.keys();
  if (values.size > most && oldest !== undefined) values.delete(oldest);
  return value;
}
