import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LayerCompression } from '../../engine/oci/media-types.ts';
import { StrataError } from '../../shared/errors.ts';
import { fileSystemError } from '../files/file-system-error.ts';
import { isDamagedData } from './damage.ts';
import { decompress } from './decompress.ts';

/**
 * The contents of a file that is compressed as a whole, in a new file of this user's that has no name: nothing is left of
 * it once it is closed, however the program ends. It lies in `TMPDIR`, else in /var/tmp, as /tmp is often in memory.
 *
 * @param pieces of the compressed file. @param path of it. @param mostBytes what it may expand to.
 * @throws StrataError `invalid-image` where it is damaged or expands beyond all measure, `disk-full`; Cancelled.
 */
export async function decompressedCopy(
  pieces: AsyncIterable<Buffer>,
  { path, compression, mostBytes }: { path: string; compression: LayerCompression; mostBytes: number },
): Promise<FileHandle> {
  const copy = await unnamedFile();
  try {
    for await (const piece of decompress(pieces, compression, mostBytes)) {
      await writeAll(copy.handle, piece).catch((error: unknown) => {
        throw withSetting(fileSystemError(error, 'write', copy.directory));
      });
    }
    return copy.handle;
  } catch (error) {
    await copy.handle.close();
    if (error instanceof StrataError || !isDamagedData(error)) throw error;
    throw new StrataError('invalid-image', `${path} cannot be unpacked (${compression}): ${error.message}.`, {
      cause: error,
    });
  }
}

async function unnamedFile(): Promise<{ readonly handle: FileHandle; readonly directory: string }> {
  const places = process.env.TMPDIR ? [process.env.TMPDIR] : ['/var/tmp', tmpdir()];
  let failure: unknown;
  for (const directory of places) {
    try {
      const own = await mkdtemp(join(directory, 'strata-'));
      try {
        return { handle: await open(join(own, 'archive'), 'wx+', 0o600), directory };
      } finally {
        await rm(own, { recursive: true, force: true });
      }
    } catch (error) {
      failure ??= fileSystemError(error, 'write', directory);
    }
  }
  throw withSetting(failure);
}

async function writeAll(handle: FileHandle, piece: Buffer): Promise<void> {
  for (let at = 0; at < piece.length; ) at += (await handle.write(piece, at)).bytesWritten;
}

function withSetting(error: unknown): unknown {
  if (!(error instanceof StrataError)) return error;
  const { code, message, details, cause } = error;
  return new StrataError(code, message, {
    hint: 'An archive that is compressed as a whole is unpacked there first. Set TMPDIR to a directory with more room.',
    details,
    cause,
  });
}
