import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { digestOfHex } from '../../engine/oci/digest.ts';
import type { Digest } from '../../engine/oci/types.ts';
import { throwIfCancelled } from '../../shared/errors.ts';

const CHUNK_BYTES = 1 << 20;

/** Pieces of a file, in one buffer that is used again: each is valid until the next is asked for. */
export async function* readChunks(path: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      throwIfCancelled(signal);
      const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/** The digest of a file's contents. */
export async function fileDigest(path: string, signal?: AbortSignal): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const chunk of readChunks(path, signal)) hash.update(chunk);
  return digestOfHex(hash.digest('hex'));
}
