import { createHash } from 'node:crypto';
import type { LayerCompression } from '../../../engine/oci/media-types.ts';
import type { Digest } from '../../../engine/oci/types.ts';
import type { ArchivedFile } from './archive.ts';
import { decompress, sniffCompression } from './decompress.ts';

/** What the bytes of a blob are, whatever anybody says about them. */
export interface MeasuredBlob {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

export interface MeasuredLayer {
  readonly compression: LayerCompression;
  readonly diffId: Digest;
  readonly uncompressedBytes: number;
}

export async function measureBlob(file: ArchivedFile, signal?: AbortSignal): Promise<MeasuredBlob> {
  return measure(file.read(signal));
}

/** No layer in use expands more than so many times; small ones may, and do no harm. */
export const MOST_EXPANSION = 2_000;
export const EXPANSION_FROM_BYTES = 2 ** 30;

/** What a blob of a size may expand to: more is a bomb. */
export function mostLayerBytes(blobBytes: number, maxBytes: number): number {
  return Math.min(maxBytes, Math.max(EXPANSION_FROM_BYTES, MOST_EXPANSION * blobBytes));
}

/** @throws TooLarge; the decompressor's error where the data are damaged. */
export async function measureLayer(
  file: ArchivedFile,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<MeasuredLayer> {
  const compression = sniffCompression(await startOf(file));
  const { digest, sizeBytes } = await measure(layerContents(file, compression, maxBytes, signal));
  return { compression, diffId: digest, uncompressedBytes: sizeBytes };
}

/** The uncompressed archive of a layer in pieces. @throws as {@link measureLayer} does. */
export function layerContents(
  file: ArchivedFile,
  compression: LayerCompression,
  maxBytes: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  return decompress(ownPieces(file.read(signal)), compression, mostLayerBytes(file.sizeBytes, maxBytes));
}

/** The first bytes of a file, enough to tell how it is compressed. */
export async function startOf(file: ArchivedFile): Promise<Buffer> {
  for await (const piece of file.read()) return Buffer.from(piece.subarray(0, 512));
  return Buffer.alloc(0);
}

/** Streams read ahead, while each piece is only lent until the next is asked for. */
async function* ownPieces(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield Buffer.from(piece);
}

async function measure(pieces: AsyncIterable<Buffer>): Promise<MeasuredBlob> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const piece of pieces) {
    hash.update(piece);
    sizeBytes += piece.length;
  }
  return { digest: `sha256:${hash.digest('hex')}`, sizeBytes };
}
