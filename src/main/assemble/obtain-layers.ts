import { rmSync } from 'node:fs';
import { throwIfCancelled } from '../../shared/errors.ts';
import type { CompressionSettings } from '../archive/codec.ts';
import type { LayerContents, PackedLayer } from '../pack/pack-layer.ts';
import { packLayers } from '../pack/pack-layers.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { LayerRecord } from '../store/layer-index.ts';
import type { LayerKind } from './image.ts';

/** A layer that an image needs. */
export interface LayerRequest {
  readonly kind: LayerKind;
  readonly contents: LayerContents;
  readonly key: string | undefined;
  /** About how much there is to read. */
  readonly estimatedBytes: number;
  /** Of a layer of store paths: their names without hash. */
  readonly packages: readonly string[];
  /** Of a layer of the user's own files: the uppermost of its paths in the image. */
  readonly files: readonly string[];
}

export interface ObtainedLayer extends PackedLayer {
  readonly origin: 'cached' | 'packed' | 'repaired';
}

export interface ObtainProgress {
  /** Index into the layers of the image. */
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
 * Each layer from the store, where it is there and its bytes are right, else packed into the store. What is there is
 * checked while what is missing is packed.
 *
 * @returns in the order of the requests. @throws what {@link packLayers} throws.
 */
export async function obtainLayers(options: ObtainOptions): Promise<readonly ObtainedLayer[]> {
  throwIfCancelled(options.signal);
  const { requests, store } = options;
  const report = reporter(options);
  const found = new Map<number, LayerRecord>();
  for (const [index, { key }] of requests.entries()) {
    const record = key === undefined ? undefined : store.find(key);
    // A layer from a cache elsewhere is as whoever wrote it packed it: another codec would belie its media type.
    if (record?.compression === options.compression.type) found.set(index, record);
  }
  const missing = [...requests.keys()].filter((index) => !found.has(index));
  const [packed, { sound, damaged }] = await together(options.signal, (signal) => [
    packAll(missing, 'packed', { ...options, signal }, report),
    verifyAll(found, store, signal, report),
  ]);
  const repaired = await packAll(damaged, 'repaired', options, report);
  const obtained = new Map([...packed, ...sound, ...repaired]);
  return requests.map((_, index) => {
    const layer = obtained.get(index);
    if (layer === undefined) throw new Error(`Layer ${index} was neither found nor packed.`);
    return layer;
  });
}

/** Awaits both; when one fails or `signal` is aborted, the other is stopped and has ended before this throws. */
async function together<A, B>(
  signal: AbortSignal | undefined,
  start: (signal: AbortSignal) => readonly [Promise<A>, Promise<B>],
): Promise<[A, B]> {
  const failure = new AbortController();
  const either = signal === undefined ? failure.signal : AbortSignal.any([signal, failure.signal]);
  const works = start(either);
  try {
    return await Promise.all(works);
  } catch (error) {
    failure.abort();
    await Promise.allSettled(works);
    throw error;
  }
}

type Obtained = ReadonlyMap<number, ObtainedLayer>;

async function verifyAll(
  found: ReadonlyMap<number, LayerRecord>,
  store: BlobStore,
  signal: AbortSignal,
  report: Report,
): Promise<{ readonly sound: Obtained; readonly damaged: readonly number[] }> {
  const sound = new Map<number, ObtainedLayer>();
  const damaged: number[] = [];
  for (const [index, record] of found) {
    if (await store.verify(record.digest, signal)) {
      sound.set(index, { ...record, origin: 'cached' });
      report(index, 'cached', record.uncompressedBytes);
    } else damaged.push(index);
  }
  return { sound, damaged };
}

async function packAll(
  indices: readonly number[],
  origin: 'packed' | 'repaired',
  { requests, store, compression, workers, signal }: ObtainOptions,
  report: Report,
): Promise<Obtained> {
  const obtained = new Map<number, ObtainedLayer>();
  const jobs = indices.flatMap((index) => {
    const request = requests[index];
    return request === undefined ? [] : [{ index, request, file: store.temporaryFile() }];
  });
  try {
    await packLayers({
      tasks: jobs.map(({ request: { contents, estimatedBytes }, file }) => ({
        contents,
        estimatedBytes,
        file,
      })),
      compression,
      workers,
      signal,
      onProgress(task, bytes) {
        const index = jobs[task]?.index;
        if (index !== undefined) report(index, 'packing', bytes);
      },
      async onPacked(task, packed) {
        const job = jobs[task];
        if (job === undefined) throw new Error('A layer that nobody asked for was packed.');
        const { kind, key, packages, files } = job.request;
        const label = kind === 'root' ? 'root' : [...packages, ...files].slice(0, LABEL_NAMES).join(', ');
        await store.add({ ...packed, key, compression: compression.type, label }, job.file);
        obtained.set(job.index, { ...packed, origin });
        report(job.index, origin, packed.uncompressedBytes);
      },
    });
  } finally {
    for (const { file } of jobs) rmSync(file, { force: true });
  }
  return obtained;
}

/** Names that `strata cache` shows of a layer. */
const LABEL_NAMES = 8;

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
