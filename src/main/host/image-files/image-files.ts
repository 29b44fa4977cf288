import type { ImageLayer } from '../../../shared/contract/images.ts';
import { fileTree, type LayerTree } from './file-tree.ts';
import { type PackedEntry, readPackedLayer } from './read-layer.ts';

/** The file trees of images, read when first asked for and kept for a while. */
export interface ImageTrees {
  /** @param layer null for the whole image */
  tree(image: string, layers: readonly ImageLayer[], layer: number | null): Promise<LayerTree>;
}

const KEPT_LAYERS = 150;
const KEPT_TREES = 4;

/** @param blobPath where a blob is, by its digest */
export function createImageTrees(blobPath: (digest: ImageLayer['digest']) => string): ImageTrees {
  const layers = new Map<string, Promise<PackedEntry[]>>();
  const trees = new Map<string, Promise<LayerTree>>();

  const entriesOf = (layer: ImageLayer): Promise<PackedEntry[]> =>
    remembered(layers, KEPT_LAYERS, layer.digest, () => readPackedLayer(blobPath(layer.digest)));

  const build = async (wanted: readonly ImageLayer[]): Promise<LayerTree> => {
    const read: { index: number; entries: PackedEntry[] }[] = [];
    // One after another: each fills a core while it is decompressed.
    for (const layer of wanted) read.push({ index: layer.index, entries: await entriesOf(layer) });
    return fileTree(read);
  };

  return {
    tree: (image, all, index) =>
      remembered(trees, KEPT_TREES, `${image} ${index}`, () =>
        build(index === null ? all : all.filter((layer) => layer.index === index)),
      ),
  };
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
