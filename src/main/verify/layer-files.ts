import { StrataError } from '../../shared/errors.ts';
import { streamReader } from '../archive/byte-reader.ts';
import { isDamagedData } from '../archive/damage.ts';
import { sniffCompression } from '../archive/decompress.ts';
import { DEFAULT_MAX_LAYER_BYTES, type LayerBytes, layerContents, startOf } from '../archive/measure.ts';
import { displayPath } from '../archive/raw-path.ts';
import { readTarEntries, type TarEntryType } from '../archive/tar-reader.ts';
import type { ArchivedFile } from '../images/archived-file.ts';

/** An entry of a layer. */
export interface LayerFile {
  /** As text for people: bytes that are not UTF-8 are written `\xNN`. */
  readonly path: string;
  readonly type: TarEntryType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  readonly sizeBytes: number;
  /** For links: what they lead to. */
  readonly linkTarget?: string;
}

/**
 * The entries of a layer in the order of its archive, whatever its compression. Memory does not grow with the layer.
 *
 * @param file of an open archive: see {@link openImageFiles}.
 * @throws StrataError `invalid-image` where the layer is damaged; Cancelled.
 */
export async function* listLayerFiles(
  file: LayerBytes & Pick<ArchivedFile, 'path'>,
  { signal, maxLayerBytes = DEFAULT_MAX_LAYER_BYTES }: { signal?: AbortSignal; maxLayerBytes?: number } = {},
): AsyncGenerator<LayerFile> {
  const contents = layerContents(file, sniffCompression(await startOf(file)), maxLayerBytes, signal);
  try {
    for await (const entry of readTarEntries(streamReader(contents))) {
      const { type, mode, uid, gid, mtime, sizeBytes, linkTarget } = entry;
      const path = displayPath(entry.path);
      const isLink = type === 'symlink' || type === 'hardlink';
      const facts = { path, type, mode, uid, gid, mtime, sizeBytes };
      yield isLink ? { ...facts, linkTarget: displayPath(linkTarget) } : facts;
    }
  } catch (error) {
    if (!isDamagedData(error)) throw error;
    throw new StrataError('invalid-image', `The layer ${file.path} is damaged: ${error.message}.`, {
      cause: error,
    });
  } finally {
    await contents.return(undefined);
  }
}
