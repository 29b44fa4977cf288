import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decompressedCopy } from '../../../src/main/archive/decompressed-copy.ts';

describe('a copy of what is compressed as a whole', () => {
  it('has its contents', async () => {
    const contents = Buffer.from('contents');
    const copy = await decompressedCopy(pieces(gzipSync(contents)), { ...FACTS, mostBytes: 8 });
    const { buffer, bytesRead } = await copy.read(Buffer.alloc(100), { position: 0 });
    expect(buffer.subarray(0, bytesRead)).toEqual(contents);
    await copy.close();
  });

  it('ends where it expands to more than it may', async () => {
    const bomb = decompressedCopy(pieces(gzipSync(Buffer.alloc(2_000_000))), {
      ...FACTS,
      mostBytes: 1_000_000,
    });
    await expect(bomb).rejects.toMatchObject({
      code: 'invalid-image',
      message: 'image.tar.gz cannot be unpacked (gzip): it expands to more than 1000000 bytes.',
    });
  });
});

const FACTS = { path: 'image.tar.gz', compression: 'gzip' } as const;

async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
