import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { throwIfCancelled } from '../../shared/errors.ts';

const PIECE_BYTES = 1 << 20;

interface ReadPieces {
  /** Bytes from `start` up to, not including, `end`; the whole file where it is left out. */
  readonly range?: { readonly start: number; readonly end: number } | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The bytes of a file, in pieces that are each a buffer of its own. A file that is open already stays so.
 *
 * @throws what node:fs throws; Cancelled
 */
export async function* readPieces(
  file: string | Buffer | FileHandle,
  { range: { start, end } = { start: 0, end: Number.POSITIVE_INFINITY }, signal }: ReadPieces = {},
): AsyncGenerator<Buffer> {
  const isOpen = typeof file === 'object' && 'fd' in file;
  const handle = isOpen ? file : await open(file, 'r');
  try {
    for (let at = start; at < end; ) {
      throwIfCancelled(signal);
      const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, end - at));
      const { bytesRead } = await handle.read(piece, 0, piece.length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    if (!isOpen) await handle.close();
  }
}

/** SHA-256 of a file's bytes, in hexadecimal digits. */
export async function sha256Of(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of readPieces(file, { signal })) hash.update(piece);
  return hash.digest('hex');
}
