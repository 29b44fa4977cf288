import { stat } from 'node:fs/promises';
import { StrataError } from '../../../shared/errors.ts';
import { readChunks } from '../../store/verify-blob.ts';
import { listLayerFiles } from '../../verify/layer-files.ts';

/** An entry of a layer that we packed. */
export interface PackedEntry {
  /** Without slashes at either end; '' for the root. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'symlink' | 'hardlink';
  readonly mode: number;
  readonly sizeBytes: number;
  readonly target: string | null;
}

/**
 * Reads what is in a packed layer, in the order of its archive.
 *
 * @throws StrataError `not-found` where the blob is no longer kept, `invalid-image` where it is damaged
 */
export async function readPackedLayer(file: string): Promise<PackedEntry[]> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) {
    throw new StrataError('not-found', 'A layer of this image is no longer in the cache.', {
      hint: 'Pack the image again.',
    });
  }
  const entries: PackedEntry[] = [];
  const blob = {
    path: file,
    sizeBytes: found.size,
    read: (signal?: AbortSignal) => readChunks(file, signal),
  };
  for await (const { path, type, mode, sizeBytes, linkTarget } of listLayerFiles(blob)) {
    if (type !== 'file' && type !== 'directory' && type !== 'symlink' && type !== 'hardlink') continue;
    entries.push({
      path: path.replace(/^(?:\.?\/)+|\/+$/g, '').replace(/^\.$/, ''),
      kind: type,
      mode,
      sizeBytes,
      target: linkTarget ?? null,
    });
  }
  return entries;
}
