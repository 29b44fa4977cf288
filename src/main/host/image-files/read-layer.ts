import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { extract } from 'tar-stream';
import { StrataError } from '../../../shared/errors.ts';
import { fileSystemError } from '../../store/file-system-error.ts';

/** An entry of a layer's archive. */
export interface LayerEntry {
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
 * @throws StrataError `not-found` where the blob is no longer kept, `corrupt-blob`, `file-system`
 */
export async function readLayer(
  file: string,
  mediaType: string,
  signal?: AbortSignal,
): Promise<LayerEntry[]> {
  const entries: LayerEntry[] = [];
  const archive = extract();
  archive.on('entry', (header, content, next) => {
    const kind = KINDS[header.type ?? 'file'];
    if (kind !== undefined) {
      entries.push({
        path: header.name.replace(/^(?:\.?\/)+|\/+$/g, '').replace(/^\.$/, ''),
        kind,
        mode: (header.mode ?? 0) & 0o7777,
        sizeBytes: kind === 'file' ? (header.size ?? 0) : 0,
        target: kind === 'symlink' || kind === 'hardlink' ? (header.linkname ?? '') : null,
      });
    }
    content.on('end', next);
    content.resume();
  });
  try {
    await pipeline([createReadStream(file), ...decompressors(mediaType), archive], {
      ...(signal && { signal }),
    });
  } catch (error) {
    throw layerError(error, file);
  }
  return entries;
}

const KINDS: Readonly<Record<string, LayerEntry['kind']>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'directory',
  symlink: 'symlink',
  link: 'hardlink',
};

function decompressors(mediaType: string): (Readable & NodeJS.ReadWriteStream)[] {
  if (mediaType.endsWith('gzip')) return [createGunzip()];
  if (mediaType.endsWith('zstd')) return [createZstdDecompress()];
  return [];
}

function layerError(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || error.name === 'AbortError') return error;
  if ('code' in error && error.code === 'ENOENT') {
    return new StrataError('not-found', 'A layer of this image is no longer in the cache.', {
      hint: 'Pack the image again.',
      cause: error,
    });
  }
  const fileError = fileSystemError(error, 'read', file);
  if (fileError !== error) return fileError;
  return new StrataError('corrupt-blob', `A layer in the cache is damaged: ${error.message}`, {
    hint: 'Pack the image again: the layer is then packed anew.',
    details: { file },
    cause: error,
  });
}
