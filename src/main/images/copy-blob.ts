import { StrataError } from '../../shared/errors.ts';
import { byteMeter } from '../archive/byte-meter.ts';
import { fileSystemError } from '../files/file-system-error.ts';
import { readPieces } from '../files/read-pieces.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { ArchiveFile } from './archive-files.ts';

/** Takes bytes in order; the buffer may be used again once the promise is kept. */
export type WriteBytes = (bytes: Uint8Array) => Promise<void>;

/**
 * Writes the contents of a file of an export. A blob is hashed on the way: what leaves the cache is what the manifest
 * promises. One that is damaged leaves the cache, so that the next build packs it again; one that is sound stays, whatever
 * a manifest says of it.
 *
 * @throws StrataError `corrupt-blob`, `invalid-image`, `file-system`; Cancelled; what `write` throws.
 */
export async function writeContents(
  file: ArchiveFile,
  store: BlobStore,
  write: WriteBytes,
  signal?: AbortSignal,
): Promise<void> {
  if (file.type === 'bytes') return write(file.bytes);
  const meter = byteMeter();
  for await (const chunk of chunksOf(file.source, signal)) {
    meter.take(chunk);
    // Longer than promised: the archive's header has been written already.
    if (meter.bytes() > file.sizeBytes) break;
    await write(chunk);
  }
  if (meter.bytes() === file.sizeBytes && meter.digest() === file.digest) return;
  if (await store.verify(file.digest, signal)) {
    throw new StrataError(
      'invalid-image',
      `The image gives ${file.digest} ${file.sizeBytes} bytes, which is not what it has.`,
      { details: { digest: file.digest, file: file.source } },
    );
  }
  throw new StrataError('corrupt-blob', `A layer in the cache is damaged: ${file.source}.`, {
    hint: 'It has been removed from the cache. Build again, and it is packed anew.',
    details: { digest: file.digest, file: file.source },
  });
}

async function* chunksOf(source: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  try {
    yield* readPieces(source, { signal });
  } catch (error) {
    throw fileSystemError(error, 'read', source);
  }
}
