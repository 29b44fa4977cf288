import { open, rm } from 'node:fs/promises';
import type { Descriptor, Digest } from '../../engine/oci/types.ts';
import { Cancelled, StrataError, throwIfCancelled } from '../../shared/errors.ts';
import { type MeasuredLayer, measureLayer } from '../archive/measure.ts';
import { fileSystemError } from '../files/file-system-error.ts';
import { readPieces } from '../files/read-pieces.ts';
import type { BlobSource } from '../oci/image-source.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { LayerRecord } from '../store/layer-index.ts';
import { layerBytes } from './layer-bytes.ts';

export interface FetchLayerRequest {
  readonly descriptor: Descriptor;
  /** What the layer has to unpack to. */
  readonly diffId: Digest;
  /** Under which key the store is to know it, and what people are to read there. */
  readonly key: string;
  readonly label: string;
}

export type FetchedLayer = Pick<
  LayerRecord,
  'digest' | 'diffId' | 'compression' | 'sizeBytes' | 'uncompressedBytes'
>;

export interface FetchContext {
  readonly store: BlobStore;
  readonly onBytes?: ((layer: Descriptor, doneBytes: number, movedBytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Brings a layer from elsewhere into the blob store, after checking that its bytes have its digest and that they unpack
 * to its diffID.
 *
 * @throws StrataError `invalid-image` where they do not, `file-system`, `disk-full`, and as the source does; Cancelled.
 */
export async function fetchLayer(
  source: BlobSource,
  request: FetchLayerRequest,
  { store, onBytes, signal }: FetchContext,
): Promise<FetchedLayer> {
  const file = store.temporaryFile();
  try {
    await download(source, request.descriptor, file, { store, onBytes, signal });
    return await keep(file, request, store, signal);
  } finally {
    // Where it was taken over, it has another name by now.
    await rm(file, { force: true });
  }
}

async function download(
  source: BlobSource,
  descriptor: Descriptor,
  file: string,
  { onBytes, signal }: FetchContext,
): Promise<void> {
  const handle = await open(file, 'wx').catch((error: unknown) => {
    throw fileSystemError(error, 'write', file);
  });
  try {
    let doneBytes = 0;
    for await (const piece of layerBytes(source, descriptor)) {
      throwIfCancelled(signal);
      await handle.writeFile(piece);
      doneBytes += piece.length;
      onBytes?.(descriptor, doneBytes, piece.length);
    }
  } catch (error) {
    throw fileSystemError(error, 'write', file);
  } finally {
    await handle.close();
  }
}

async function keep(
  file: string,
  request: FetchLayerRequest,
  store: BlobStore,
  signal: AbortSignal | undefined,
): Promise<FetchedLayer> {
  const { descriptor, key, label } = request;
  const { compression, diffId, uncompressedBytes } = await measure(file, request, signal);
  if (diffId !== request.diffId) {
    throw new StrataError(
      'invalid-image',
      `The layer ${descriptor.digest} unpacks to ${diffId}; it should be ${request.diffId}.`,
    );
  }
  const { digest, size } = descriptor;
  const layer = { digest, diffId, compression, sizeBytes: size, uncompressedBytes };
  await store.add({ ...layer, key, label }, file);
  return layer;
}

async function measure(
  file: string,
  { descriptor }: FetchLayerRequest,
  signal: AbortSignal | undefined,
): Promise<MeasuredLayer> {
  try {
    return await measureLayer(
      { read: (end) => readPieces(file, { signal: end }) },
      undefined,
      undefined,
      signal,
    );
  } catch (error) {
    if (error instanceof Cancelled || !(error instanceof Error)) throw error;
    throw new StrataError('invalid-image', `The layer ${descriptor.digest} is damaged: ${error.message}.`, {
      cause: error,
    });
  }
}
