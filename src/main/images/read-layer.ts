import { createHash, type Hash } from 'node:crypto';
import type { LayerEntries, LayerEntry } from '../../engine/contents/layer-entry.ts';
import { pathInImage } from '../../engine/contents/root-hazards.ts';
import { digestOfHex } from '../../engine/oci/digest.ts';
import type { LayerCompression } from '../../engine/oci/media-types.ts';
import type { Descriptor, Digest } from '../../engine/oci/types.ts';
import { Cancelled, StrataError, throwIfCancelled } from '../../shared/errors.ts';
import { streamReader } from '../archive/byte-reader.ts';
import { isDamagedData } from '../archive/damage.ts';
import { decompress, sniffCompression, TooLarge } from '../archive/decompress.ts';
import { DEFAULT_MAX_LAYER_BYTES, EXPANSION_FROM_BYTES, MOST_EXPANSION } from '../archive/measure.ts';
import { displayPath } from '../archive/raw-path.ts';
import { BadTar } from '../archive/tar-fields.ts';
import { readTarEntries, type TarReaderEntry, UnendedTar } from '../archive/tar-reader.ts';
import type { BlobSource } from '../oci/image-source.ts';
import { layerBytes } from '../registry/layer-bytes.ts';

export interface ReadLayer {
  readonly diffId: Digest;
  readonly compression: LayerCompression;
  readonly uncompressedBytes: number;
  readonly entries: LayerEntries;
}

/** What a layer may be at most: more is an attack or an accident, not an image. */
export interface LayerLimits {
  readonly uncompressedBytes: number;
  /** Uncompressed bytes for each byte of the blob, once there is more than {@link ratioFromBytes}. */
  readonly ratio: number;
  readonly ratioFromBytes: number;
  readonly entries: number;
  readonly pathBytes: number;
}

export const DEFAULT_LAYER_LIMITS: LayerLimits = {
  uncompressedBytes: DEFAULT_MAX_LAYER_BYTES,
  ratio: MOST_EXPANSION,
  ratioFromBytes: EXPANSION_FROM_BYTES,
  entries: 5_000_000,
  pathBytes: 4_096,
};

export interface ReadLayerOptions {
  readonly limits?: LayerLimits | undefined;
  readonly onBytes?: ((doneBytes: number) => void) | undefined;
  /** Called for every entry; what it throws ends the reading. */
  readonly onEntry?: (() => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a layer from end to end: its entries with the digests of their contents, its diffID, and whether its blob has
 * the digest that it should have. Nothing is unpacked.
 *
 * @throws StrataError `invalid-image` with the place where it is damaged, too large, or leads out of the image.
 */
export async function readLayer(
  source: BlobSource,
  layer: Descriptor,
  options: ReadLayerOptions = {},
): Promise<ReadLayer> {
  const { limits = DEFAULT_LAYER_LIMITS, signal } = options;
  const place = `The layer ${layer.digest}`;
  const blob = createHash('sha256');
  const diff = createHash('sha256');
  let blobBytes = 0;
  let uncompressedBytes = 0;

  async function* compressed(): AsyncGenerator<Buffer> {
    for await (const piece of layerBytes(source, layer)) {
      throwIfCancelled(signal);
      blob.update(piece);
      blobBytes += piece.length;
      options.onBytes?.(blobBytes);
      yield piece;
    }
  }
  async function* measured(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      diff.update(piece);
      uncompressedBytes += piece.length;
      if (uncompressedBytes > limits.ratioFromBytes && uncompressedBytes > limits.ratio * blobBytes) {
        throw new TooLarge(`its ${blobBytes} bytes expand to more than ${limits.ratio} times as many`);
      }
      yield piece;
    }
  }

  let contents: AsyncGenerator<Buffer> | undefined;
  try {
    const { start, pieces } = await peek(compressed());
    const compression = sniffCompression(start);
    contents = measured(decompress(pieces, compression, limits.uncompressedBytes));
    const reader = streamReader(contents);
    const entries = await readEntries(reader, limits, options.onEntry);
    // What follows the end of the archive belongs to the diffID all the same.
    await reader.skip(Number.MAX_SAFE_INTEGER);
    const digest = digestOfHex(blob.digest('hex'));
    if (blobBytes !== layer.size)
      throw new BadTar(`it has ${blobBytes} bytes before its end, not ${layer.size}`);
    if (digest !== layer.digest) throw new BadTar(`its bytes have the digest ${digest}`);
    return { diffId: digestOfHex(diff.digest('hex')), compression, uncompressedBytes, entries };
  } catch (error) {
    if (error instanceof StrataError || error instanceof Cancelled || !isDamagedData(error)) throw error;
    throw new StrataError('invalid-image', `${place} is not sound: ${error.message}.`, { cause: error });
  } finally {
    // Where it was not read to its end: the file or the connection behind it is let go of.
    await contents?.return(undefined);
  }
}

/** The first bytes of a stream, and the stream with them. */
async function peek(
  pieces: AsyncGenerator<Buffer>,
): Promise<{ readonly start: Buffer; readonly pieces: AsyncGenerator<Buffer> }> {
  const first = await pieces.next();
  const start = first.done ? Buffer.alloc(0) : first.value;
  async function* all(): AsyncGenerator<Buffer> {
    if (!first.done) yield first.value;
    yield* pieces;
  }
  return { start, pieces: all() };
}

async function readEntries(
  reader: ReturnType<typeof streamReader>,
  limits: LayerLimits,
  onEntry: (() => void) | undefined,
): Promise<readonly LayerEntry[]> {
  const entries: LayerEntry[] = [];
  let contents: Hash | undefined;
  let current: LayerEntry | undefined;
  const finish = (): void => {
    if (current === undefined) return;
    entries.push(contents === undefined ? current : { ...current, contentDigest: contents.digest('hex') });
  };
  try {
    for await (const entry of readTarEntries(reader, (piece) => contents?.update(piece))) {
      finish();
      onEntry?.();
      if (entries.length >= limits.entries) throw new BadTar(`it has more than ${limits.entries} entries`);
      current = layerEntry(entry, limits);
      // What is stored of a sparse file is not its contents.
      const isPlain = entry.type === 'file' && entry.sizeBytes === entry.storedBytes;
      contents = isPlain && entry.sizeBytes > 0 ? createHash('sha256') : undefined;
    }
  } catch (error) {
    // Whether something is missing is for the digest to say.
    if (!(error instanceof UnendedTar)) throw error;
  }
  finish();
  return entries;
}

function layerEntry(entry: TarReaderEntry, limits: LayerLimits): LayerEntry {
  const { type, mode, uid, gid, sizeBytes } = entry;
  if (entry.path.length > limits.pathBytes) throw new BadTar(`it has a path of ${entry.path.length} bytes`);
  if (entry.linkTarget.length > limits.pathBytes) {
    throw new BadTar(`it has a link to a path of ${entry.linkTarget.length} bytes`);
  }
  const written = displayPath(entry.path);
  const path = pathInImage(written);
  if (path === undefined) throw new BadTar(`${written} leads out of the image`);
  const facts = { path, type, mode, uid, gid, sizeBytes };
  if (type !== 'symlink' && type !== 'hardlink') return facts;
  const target = displayPath(entry.linkTarget);
  if (type === 'symlink') return { ...facts, linkTarget: target };
  const linkTarget = pathInImage(target);
  if (linkTarget === undefined)
    throw new BadTar(`the hard link ${written} leads out of the image, to ${target}`);
  return { ...facts, linkTarget };
}
