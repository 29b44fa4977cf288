import pLimit from 'p-limit';
import { type DiveEfficiency, diveEfficiency } from '../../engine/contents/efficiency.ts';
import { type LayerEntries, type LayerEntry, whiteoutOf } from '../../engine/contents/layer-entry.ts';
import { collectRootFacts, rootHazards } from '../../engine/contents/root-hazards.ts';
import { type LayerStack, stackLayers, TooManyDirectories } from '../../engine/contents/stack-layers.ts';
import { type HeldStorePath, heldStorePaths } from '../../engine/contents/store-paths.ts';
import { accountForBytes, type Waste } from '../../engine/contents/waste.ts';
import { layerEntriesOf, madeBy } from '../../engine/oci/history.ts';
import { platformOf } from '../../engine/oci/platform.ts';
import type { Descriptor, Digest, ImageConfig, Platform } from '../../engine/oci/types.ts';
import { StrataError, throwIfCancelled } from '../../shared/errors.ts';
import type { ImageSource } from '../oci/image-source.ts';
import { hostPlatform } from '../oci/platform.ts';
import { type ImageDocuments, readImage } from '../oci/read-image.ts';
import { allOrFirstFailure } from '../registry/all-or-first-failure.ts';
import { DEFAULT_LAYER_LIMITS, type LayerLimits, type ReadLayer, readLayer } from './read-layer.ts';

interface DescribedLayer extends ReadLayer {
  readonly descriptor: Descriptor;
  /** What made it, in the words of its builder. */
  readonly history: string | undefined;
  readonly storePaths: readonly HeldStorePath[];
  readonly whiteouts: readonly LayerEntry[];
}

/** An image with all that is in it. */
export interface ImageDescription {
  readonly name: string;
  readonly descriptor: Descriptor;
  readonly platform: Platform;
  readonly config: ImageConfig;
  readonly layers: readonly DescribedLayer[];
  /** The files as a container sees them. */
  readonly stack: LayerStack;
  readonly waste: Waste;
  readonly dive: DiveEfficiency;
  /** What a reader should know and that is no error, such as device nodes. */
  readonly notices: readonly string[];
}

export interface DescribeOptions {
  readonly platform?: Platform | undefined;
  /** The number of entries is that of all layers together: they are all kept in memory. */
  readonly limits?: LayerLimits | undefined;
  /** Bytes of blobs read, of all that there are. */
  readonly onProgress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Several layers at once keep a network busy without holding more than their entries in memory. */
const CONCURRENCY = 3;

/**
 * Reads an image from end to end, checks every digest, and accounts for its bytes.
 *
 * @throws StrataError `invalid-image` with the place of what is wrong, and as the source does; Cancelled.
 */
export async function describeImage(
  source: ImageSource,
  options: DescribeOptions = {},
): Promise<ImageDescription> {
  const { platform = hostPlatform(), limits = DEFAULT_LAYER_LIMITS, signal } = options;
  const image = await readImage(source, platform, signal);
  const { manifest, config } = image;
  const sizes = new Map(manifest.layers.map(({ digest, size }) => [digest, size]));
  const totalBytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const done = new Map<Digest, number>();
  const failure = new AbortController();
  const eitherSignal = signal === undefined ? failure.signal : AbortSignal.any([signal, failure.signal]);
  const limit = pLimit(CONCURRENCY);
  let entryCount = 0;
  const countEntries = (more: number): void => {
    entryCount += more;
    if (entryCount <= limits.entries) return;
    throw new StrataError('invalid-image', `${source.name} has more than ${limits.entries} entries in all.`);
  };
  const again = (layer: ReadLayer): ReadLayer => {
    countEntries(layer.entries.length);
    return layer;
  };
  const readOnce = async (layer: Descriptor): Promise<ReadLayer> => {
    throwIfCancelled(eitherSignal);
    const onEntry = (): void => countEntries(1);
    const onBytes = (bytes: number): void => {
      done.set(layer.digest, bytes);
      const doneBytes = [...done.values()].reduce((sum, each) => sum + each, 0);
      options.onProgress?.(doneBytes, totalBytes);
    };
    return readLayer(source, layer, { limits, onBytes, onEntry, signal: eitherSignal });
  };
  // A manifest may list one blob any number of times.
  const reading = new Map<Digest, Promise<ReadLayer>>();
  const readings = manifest.layers.map((layer) => {
    const known = reading.get(layer.digest);
    const started = known ?? limit(() => readOnce(layer));
    reading.set(layer.digest, started);
    return known === undefined ? started : started.then(again);
  });
  const read = await allOrFirstFailure(readings, failure);
  const history = layerEntriesOf(config).map(madeBy);
  const layers = read.map((layer, index): DescribedLayer => {
    const descriptor = layerDescriptor(image, index, layer);
    return {
      ...layer,
      descriptor,
      history: history[index],
      storePaths: heldStorePaths(layer.entries),
      whiteouts: layer.entries.filter(({ path }) => whiteoutOf(path) !== undefined),
    };
  });
  const entries = layers.map((layer) => layer.entries);
  const stack = stackOf(entries, source.name, limits);
  return {
    name: source.name,
    descriptor: image.descriptor,
    platform: platformOf(config),
    config,
    layers,
    stack,
    waste: accountForBytes(entries, stack),
    dive: diveEfficiency(entries),
    notices: [...hazardsOf(entries), ...entries.flatMap(oddEntries)],
  };
}

/** @throws StrataError `invalid-image` where long paths make more directories than an image may have entries */
export function stackOf(entries: readonly LayerEntries[], name: string, limits: LayerLimits): LayerStack {
  try {
    return stackLayers(entries, { mostMade: limits.entries });
  } catch (error) {
    if (!(error instanceof TooManyDirectories)) throw error;
    throw new StrataError(
      'invalid-image',
      `${name} has paths through more than ${limits.entries} directories that it has no entries for.`,
      { cause: error },
    );
  }
}

/** @throws StrataError `invalid-image` where the layer unpacks to something else than the configuration says. */
function layerDescriptor(
  { manifest, config }: ImageDocuments,
  index: number,
  { diffId }: ReadLayer,
): Descriptor {
  const descriptor = manifest.layers[index];
  if (descriptor === undefined) throw new Error(`There is no layer ${index}.`);
  const expected = config.rootfs.diff_ids[index];
  if (diffId === expected) return descriptor;
  throw new StrataError(
    'invalid-image',
    `The layer ${descriptor.digest} unpacks to ${diffId}; the configuration says ${expected}.`,
  );
}

function hazardsOf(layers: readonly LayerEntries[]): readonly string[] {
  const facts = layers.map((entries) => {
    const root = collectRootFacts();
    for (const entry of entries) root.add(entry);
    return root.facts();
  });
  return rootHazards(facts).map(({ message }) => message);
}

function oddEntries(entries: readonly LayerEntry[], layer: number): readonly string[] {
  return entries
    .filter(({ type }) => type === 'character-device' || type === 'block-device' || type === 'fifo')
    .map(({ type, path }) => `Layer ${layer + 1} has a ${type.replace('-', ' ')}: /${path}.`);
}
