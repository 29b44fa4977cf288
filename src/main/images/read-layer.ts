import { createHash, type Hash } from 'node:crypto';
import type { LayerEntries, LayerEntry } from '../../engine/contents/layer-entry.ts';
import { pathInImage } from '../../engine/contents/root-hazards.ts';
import type { Descriptor } from '../../engine/oci/types.ts';
import { Cancelled, StrataError, throwIfCancelled } from '../../shared/errors.ts';
import { isDamagedData } from '../archive/damage.ts';
import {
  DEFAULT_EXPANSION,
  type ExpansionLimits,
  type MeasuredArchive,
  type ReadEntries,
  readLayerArchive,
} from '../archive/measure.ts';
import { displayPath } from '../archive/raw-path.ts';
import type { TarEntry } from '../archive/tar-entry.ts';
import { BadTar } from '../archive/tar-fields.ts';
import type { BlobSource } from '../oci/image-source.ts';
import { layerBytes } from '../registry/layer-bytes.ts';

export interface ReadLayer extends MeasuredArchive {
  readonly entries: LayerEntries;
}

/** What a layer may be at most: more is an attack or an accident, not an image. */
export interface LayerLimits extends ExpansionLimits {
  readonly entries: number;
  readonly pathBytes: number;
}

export const DEFAULT_LAYER_LIMITS: LayerLimits = {
  ...DEFAULT_EXPANSION,
  entries: 5_000_000,
  pathBytes: 4_096,
};

export interface ReadLayerOptions {
  readonly limits?: LayerLimits | undefined;
  /** Whether files are to have a digest of their contents; they do where it is left out. */
  readonly hashContents?: boolean | undefined;
  readonly onBytes?: ((doneBytes: number) => void) | undefined;
  /** Called for every entry; what it throws ends the reading. */
  readonly onEntry?: (() => void) | undefined;
  /** Takes the contents of an entry, in pieces that are each valid until the next. */
  readonly contentsOf?: ((entry: LayerEntry) => ((piece: Buffer) => void) | undefined) | undefined;
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
  async function* blob(): AsyncGenerator<Buffer> {
    let doneBytes = 0;
    for await (const piece of layerBytes(source, layer)) {
      throwIfCancelled(signal);
      doneBytes += piece.length;
      options.onBytes?.(doneBytes);
      yield piece;
    }
  }
  try {
    let entries: readonly LayerEntry[] = [];
    const read = await readLayerArchive(blob(), limits, async (each) => {
      entries = await readEntries(each, limits, options);
    });
    const { digest, sizeBytes } = read.blob;
    if (sizeBytes !== layer.size)
      throw new BadTar(`it has ${sizeBytes} bytes before its end, not ${layer.size}`);
    if (digest !== layer.digest) throw new BadTar(`its bytes have the digest ${digest}`);
    return { ...read, entries };
  } catch (error) {
    if (error instanceof StrataError || error instanceof Cancelled || !isDamagedData(error)) throw error;
    throw new StrataError('invalid-image', `The layer ${layer.digest} is not sound: ${error.message}.`, {
      cause: error,
    });
  }
}

async function readEntries(
  read: ReadEntries,
  limits: LayerLimits,
  { onEntry, hashContents = true, contentsOf }: ReadLayerOptions,
): Promise<readonly LayerEntry[]> {
  const entries: LayerEntry[] = [];
  let contents: Hash | undefined;
  let current: LayerEntry | undefined;
  let take: ((piece: Buffer) => void) | undefined;
  const finish = (): void => {
    if (current === undefined) return;
    entries.push(contents === undefined ? current : { ...current, contentDigest: contents.digest('hex') });
  };
  for await (const entry of read((piece) => {
    contents?.update(piece);
    take?.(piece);
  })) {
    finish();
    onEntry?.();
    if (entries.length >= limits.entries) throw new BadTar(`it has more than ${limits.entries} entries`);
    current = layerEntry(entry, limits);
    // What is stored of a sparse file is not its contents.
    const isPlain = entry.type === 'file' && entry.sizeBytes === entry.storedBytes;
    take = contentsOf?.(current);
    contents = hashContents && isPlain && entry.sizeBytes > 0 ? createHash('sha256') : undefined;
  }
  finish();
  return entries;
}

function layerEntry(entry: TarEntry, limits: LayerLimits): LayerEntry {
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
