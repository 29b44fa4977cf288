import { collectNames, type NameFacts } from '../../engine/contents/config-hazards.ts';
import { collectRootFacts, pathInImage, type RootFacts } from '../../engine/contents/root-hazards.ts';
import type { LayerCompression } from '../../engine/oci/media-types.ts';
import type { Digest } from '../../engine/oci/types.ts';
import { byteMeter } from './byte-meter.ts';
import { type ByteReader, streamReader } from './byte-reader.ts';
import { decompress, sniffCompression, TooLarge } from './decompress.ts';
import { displayPath } from './raw-path.ts';
import type { StoredTarEntry } from './tar-entry.ts';
import { BadTar } from './tar-fields.ts';
import { readTarEntries, UnendedTar } from './tar-reader.ts';

/** What the bytes of a blob are, whatever anybody says about them. */
export interface MeasuredBlob {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

export interface MeasuredArchive {
  /** Of the blob, as far as it was decompressed: bytes that follow the compressed ones are not among them. */
  readonly blob: MeasuredBlob;
  readonly compression: LayerCompression;
  readonly diffId: Digest;
  readonly uncompressedBytes: number;
}

export interface MeasuredLayer extends MeasuredArchive {
  readonly root: RootFacts;
  readonly names: NameFacts;
  /** Why its entries cannot be read to their end, where that is so. */
  readonly damage: string | undefined;
}

/** What a layer may expand to: more is an attack or an accident, not an image. */
export interface ExpansionLimits {
  readonly uncompressedBytes: number;
  /** Uncompressed bytes for each byte of the blob, once there is more than {@link ratioFromBytes}. */
  readonly ratio: number;
  readonly ratioFromBytes: number;
}

/** 64 GiB: larger than layers in use, and read in minutes. No layer in use expands 2000 times; small ones do no harm. */
export const DEFAULT_EXPANSION: ExpansionLimits = {
  uncompressedBytes: 64 * 2 ** 30,
  ratio: 2_000,
  ratioFromBytes: 2 ** 30,
};

/** What a blob of a size may expand to. */
export function mostLayerBytes(
  blobBytes: number,
  { uncompressedBytes, ratio, ratioFromBytes } = DEFAULT_EXPANSION,
): number {
  return Math.min(uncompressedBytes, Math.max(ratioFromBytes, ratio * blobBytes));
}

/** Pieces of bytes, each for good. */
export interface ReadableBytes {
  readonly read: (signal?: AbortSignal) => AsyncGenerator<Buffer>;
}

export async function measureBlob(file: ReadableBytes, signal?: AbortSignal): Promise<MeasuredBlob> {
  const blob = byteMeter();
  for await (const piece of file.read(signal)) blob.take(piece);
  return { digest: blob.digest(), sizeBytes: blob.bytes() };
}

/**
 * Measures a layer. Memory does not grow with it. Where its entries cannot be read, its bytes are measured all the same.
 *
 * @param looked names that are looked for among its files.
 * @throws TooLarge; the decompressor's error where the data are damaged.
 */
export async function measureLayer(
  file: ReadableBytes,
  looked: ReadonlySet<string> = new Set(),
  limits: ExpansionLimits = DEFAULT_EXPANSION,
  signal?: AbortSignal,
): Promise<MeasuredLayer> {
  const root = collectRootFacts();
  const names = collectNames(looked);
  const take = (piece: Buffer) => {
    if (names.isReading()) names.take(piece.toString('latin1'));
  };
  let damage: string | undefined;
  const measured = await readLayerArchive(file.read(signal), limits, async (entries) => {
    try {
      for await (const { path, type, linkTarget, sizeBytes } of entries(take)) {
        const shown = displayPath(path);
        root.add({ path: shown, type, linkTarget: displayPath(linkTarget) });
        names.add(pathInImage(shown) ?? '', type, sizeBytes);
      }
    } catch (error) {
      if (!(error instanceof BadTar)) throw error;
      damage = error.message;
    }
  });
  return { ...measured, root: root.facts(), names: names.facts(), damage };
}

/** The entries of an archive, whose contents may be had as {@link readTarEntries} gives them. */
export type ReadEntries = (contents?: (piece: Buffer) => void) => AsyncGenerator<StoredTarEntry>;

/**
 * Reads the archive of a layer, whatever its compression, to its end: what follows the entries belongs to the diffID.
 *
 * @param blob each piece is for good. @param take reads the entries.
 * @throws TooLarge, BadTar; the decompressor's error where the data are damaged; what `blob` and `take` throw.
 */
export async function readLayerArchive(
  blob: AsyncIterable<Buffer>,
  limits: ExpansionLimits,
  take: (entries: ReadEntries) => Promise<void>,
): Promise<MeasuredArchive> {
  const compressed = byteMeter();
  const uncompressed = byteMeter();
  const { start, pieces } = await peek(metered(blob, compressed));
  const compression = sniffCompression(start);
  async function* measured(): AsyncGenerator<Buffer> {
    for await (const piece of metered(
      decompress(pieces, compression, limits.uncompressedBytes),
      uncompressed,
    )) {
      const most = Math.max(limits.ratioFromBytes, limits.ratio * compressed.bytes());
      if (uncompressed.bytes() > most) {
        const times = `its ${compressed.bytes()} bytes expand to more than ${limits.ratio} times as many`;
        throw new TooLarge(times);
      }
      yield piece;
    }
  }
  const contents = measured();
  try {
    const reader = streamReader(contents);
    await take((each) => withoutEnd(reader, each));
    await reader.skip(Number.MAX_SAFE_INTEGER);
    return {
      blob: { digest: compressed.digest(), sizeBytes: compressed.bytes() },
      compression,
      diffId: uncompressed.digest(),
      uncompressedBytes: uncompressed.bytes(),
    };
  } finally {
    // Where it was not read to its end: the file or the connection behind it is let go of.
    await contents.return(undefined);
  }
}

/** Without its last two blocks an archive is as good as with them: whether bytes are missing is for the digest to say. */
async function* withoutEnd(
  reader: ByteReader,
  contents: ((piece: Buffer) => void) | undefined,
): AsyncGenerator<StoredTarEntry> {
  try {
    yield* readTarEntries(reader, contents);
  } catch (error) {
    if (!(error instanceof UnendedTar)) throw error;
  }
}

async function* metered(
  pieces: AsyncIterable<Buffer>,
  meter: ReturnType<typeof byteMeter>,
): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    meter.take(piece);
    yield piece;
  }
}

/** What {@link sniffCompression} needs. */
const MAGIC_BYTES = 4;

/** The first bytes of a stream, and the stream with them. */
async function peek(
  pieces: AsyncGenerator<Buffer>,
): Promise<{ readonly start: Buffer; readonly pieces: AsyncGenerator<Buffer> }> {
  let start: Buffer = Buffer.alloc(0);
  while (start.length < MAGIC_BYTES) {
    const next = await pieces.next();
    if (next.done) break;
    start = Buffer.concat([start, next.value]);
  }
  async function* all(): AsyncGenerator<Buffer> {
    yield start;
    yield* pieces;
  }
  return { start, pieces: all() };
}

/** The first bytes of a file, enough to tell how it is compressed. */
export async function startOf(file: ReadableBytes): Promise<Buffer> {
  for await (const piece of file.read()) return piece.subarray(0, 512);
  return Buffer.alloc(0);
}
