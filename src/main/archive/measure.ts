import { createHash } from 'node:crypto';
import { collectRootFacts, type RootFacts } from '../../engine/contents/root-hazards.ts';
import { digestOfHex } from '../../engine/oci/digest.ts';
import type { LayerCompression } from '../../engine/oci/media-types.ts';
import type { Digest } from '../../engine/oci/types.ts';
import { type ByteReader, streamReader } from './byte-reader.ts';
import { decompress, sniffCompression } from './decompress.ts';
import { displayPath } from './raw-path.ts';
import { BadTar } from './tar-fields.ts';
import { readTarEntries, UnendedTar } from './tar-reader.ts';

/** What the bytes of a blob are, whatever anybody says about them. */
export interface MeasuredBlob {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

export interface MeasuredLayer {
  readonly compression: LayerCompression;
  readonly diffId: Digest;
  readonly uncompressedBytes: number;
  readonly root: RootFacts;
  /** Why its entries cannot be read to their end, where that is so. */
  readonly damage: string | undefined;
}

export async function measureBlob(
  file: Pick<LayerBytes, 'read'>,
  signal?: AbortSignal,
): Promise<MeasuredBlob> {
  return measure(file.read(signal));
}

/** 64 GiB: larger than layers in use, and read in minutes; a decompression bomb ends here. */
export const DEFAULT_MAX_LAYER_BYTES = 64 * 2 ** 30;

/** No layer in use expands more than so many times; small ones may, and do no harm. */
export const MOST_EXPANSION = 2_000;
export const EXPANSION_FROM_BYTES = 2 ** 30;

/** What a blob of a size may expand to: more is a bomb. */
export function mostLayerBytes(blobBytes: number, maxBytes: number): number {
  return Math.min(maxBytes, Math.max(EXPANSION_FROM_BYTES, MOST_EXPANSION * blobBytes));
}

/** The bytes of a layer as it is stored, wherever that is. */
export interface LayerBytes {
  readonly sizeBytes: number;
  readonly read: (signal?: AbortSignal) => AsyncGenerator<Buffer>;
}

/** @throws TooLarge; the decompressor's error where the data are damaged. */
export async function measureLayer(
  file: LayerBytes,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<MeasuredLayer> {
  const compression = sniffCompression(await startOf(file));
  const hash = createHash('sha256');
  let uncompressedBytes = 0;
  async function* hashed(): AsyncGenerator<Buffer> {
    for await (const piece of layerContents(file, compression, maxBytes, signal)) {
      hash.update(piece);
      uncompressedBytes += piece.length;
      yield piece;
    }
  }
  const contents = hashed();
  try {
    const reader = streamReader(contents);
    const read = await readRoot(reader);
    // What follows the entries belongs to the diffID all the same.
    await reader.skip(Number.MAX_SAFE_INTEGER);
    return { compression, diffId: digestOfHex(hash.digest('hex')), uncompressedBytes, ...read };
  } finally {
    await contents.return(undefined);
  }
}

async function readRoot(reader: ByteReader): Promise<Pick<MeasuredLayer, 'root' | 'damage'>> {
  const root = collectRootFacts();
  let damage: string | undefined;
  try {
    for await (const { path, type, linkTarget } of readTarEntries(reader)) {
      root.add({ path: displayPath(path), type, linkTarget: displayPath(linkTarget) });
    }
  } catch (error) {
    if (!(error instanceof BadTar)) throw error;
    // Without its last two blocks an archive is as good as with them.
    damage = error instanceof UnendedTar ? undefined : error.message;
  }
  return { root: root.facts(), damage };
}

/** The uncompressed archive of a layer in pieces. @throws as {@link measureLayer} does. */
export function layerContents(
  file: LayerBytes,
  compression: LayerCompression,
  maxBytes: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  return decompress(ownPieces(file.read(signal)), compression, mostLayerBytes(file.sizeBytes, maxBytes));
}

/** The first bytes of a file, enough to tell how it is compressed. */
export async function startOf(file: LayerBytes): Promise<Buffer> {
  for await (const piece of file.read()) return Buffer.from(piece.subarray(0, 512));
  return Buffer.alloc(0);
}

/** Streams read ahead, while each piece is only lent until the next is asked for. */
export async function* ownPieces(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield Buffer.from(piece);
}

async function measure(pieces: AsyncIterable<Buffer>): Promise<MeasuredBlob> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const piece of pieces) {
    hash.update(piece);
    sizeBytes += piece.length;
  }
  return { digest: digestOfHex(hash.digest('hex')), sizeBytes };
}
