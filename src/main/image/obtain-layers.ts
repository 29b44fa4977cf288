import { rmSync } from 'node:fs';
import { Cancelled, throwIfCancelled } from '../../shared/errors.ts';
import type { CompressionSettings } from '../pack/codec.ts';
import type { LayerContents, PackedLayer } from '../pack/pack-layer.ts';
import { type PackTask, packLayers } from '../pack/pack-layers.ts';
import type { BlobStore } from '../store/blob-store.ts';

/** A layer that an image needs. */
export interface LayerRequest {
  readonly contents: LayerContents;
  readonly key: string | undefined;
  /** About how much there is to read. */
  readonly estimatedBytes: number;
  readonly packages: readonly string[];
}

export interface ObtainedLayer extends PackedLayer {
  readonly origin: 'cached' | 'packed' | 'repaired';
}

export interface ObtainProgress {
  /** Index into the layers of the image; the root layer is the last. */
  readonly layer: number;
  readonly layerCount: number;
  readonly state: 'packing' | ObtainedLayer['origin'];
  /** Uncompressed bytes of this layer that are packed (or were found). */
  readonly layerBytes: number;
  /** Of all layers so far, and about how much there will be. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface ObtainOptions {
  readonly requests: readonly LayerRequest[];
  readonly compression: CompressionSettings;
  readonly store: BlobStore;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ObtainProgress) => void) | undefined;
  readonly workers?: number | undefined;
}

/**
 * Each layer from the store, where it is there and its bytes are right, else packed into the store.
 *
 * @returns in the order of the requests. @throws what {@link packLayers} throws.
 */
export async function obtainLayers(options: ObtainOptions): Promise<readonly ObtainedLayer[]> {
  const { requests, store, signal } = options;
  const obtained = new Map<number, ObtainedLayer>();
  const damaged = new Set<number>();
  const report = reporter(options);
  for (const [index, { key }] of requests.entries()) {
    throwIfCancelled(signal);
    const record = key === undefined ? undefined : store.find(key);
    if (record === undefined) continue;
    if (await store.verify(record.digest, signal)) {
      obtained.set(index, { ...record, origin: 'cached' });
      report(index, 'cached', record.uncompressedBytes);
    } else damaged.add(index);
  }
  const missing = [...requests.keys()].filter((index) => !obtained.has(index));
  const tasks = missing.map((index) => packTask(requests[index], store));
  try {
    await packLayers({
      tasks,
      compression: options.compression,
      workers: options.workers,
      signal,
      onProgress: (task, bytes) => report(missing[task] ?? 0, 'packing', bytes),
      async onPacked(task, packed) {
        const index = missing[task] ?? 0;
        await keep(store, requests[index], tasks[task], packed, options.compression);
        const origin = damaged.has(index) ? 'repaired' : 'packed';
        obtained.set(index, { ...packed, origin });
        report(index, origin, packed.uncompressedBytes);
      },
    });
  } catch (error) {
    if (signal?.aborted) throw new Cancelled();
    throw error;
  } finally {
    for (const { file } of tasks) rmSync(file, { force: true });
  }
  return requests.map((_, index) => {
    const layer = obtained.get(index);
    if (layer === undefined) throw new Error(`Layer ${index} was neither found nor packed.`);
    return layer;
  });
}

function packTask(request: LayerRequest | undefined, store: BlobStore): PackTask {
  if (request === undefined) throw new Error('A layer to pack is missing.');
  const { contents, estimatedBytes } = request;
  return { contents, estimatedBytes, file: store.temporaryFile() };
}

async function keep(
  store: BlobStore,
  request: LayerRequest | undefined,
  task: PackTask | undefined,
  packed: PackedLayer,
  { type }: CompressionSettings,
): Promise<void> {
  if (request === undefined || task === undefined)
    throw new Error('A layer that nobody asked for was packed.');
  await store.add(
    { ...packed, key: request.key, compression: type, label: request.packages.slice(0, 8).join(', ') },
    task.file,
  );
}

type Report = (layer: number, state: ObtainProgress['state'], layerBytes: number) => void;

function reporter({ requests, onProgress }: ObtainOptions): Report {
  if (onProgress === undefined) return () => {};
  const bytes = new Map<number, number>();
  const finished = new Set<number>();
  let doneBytes = 0;
  let totalBytes = requests.reduce((sum, request) => sum + request.estimatedBytes, 0);
  return (layer, state, layerBytes) => {
    doneBytes += layerBytes - (bytes.get(layer) ?? 0);
    bytes.set(layer, layerBytes);
    if (state !== 'packing' && !finished.has(layer)) {
      finished.add(layer);
      totalBytes += layerBytes - (requests[layer]?.estimatedBytes ?? 0);
    }
    onProgress({ layer, layerCount: requests.length, state, layerBytes, doneBytes, totalBytes });
  };
}
