import { randomBytes } from 'node:crypto';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decompress } from '../../../src/main/archive/decompress.ts';
import { splitAtFrames } from '../../../src/main/archive/zstd-frames.ts';

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(pieces: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(Buffer.from(piece));
  return all;
}

const { ZSTD_c_checksumFlag, ZSTD_c_contentSizeFlag } = zlib.constants;

/** Frames of every kind of header: with and without size and check sum, empty, of one repeated byte, raw, skippable. */
const CONTENTS: readonly Buffer[] = [
  Buffer.from('hello '),
  Buffer.alloc(0),
  Buffer.alloc(400_000, 'a'),
  randomBytes(300_000),
  Buffer.from('text and more text '.repeat(20_000)),
];
const FRAMES: readonly Buffer[] = [
  ...CONTENTS.map((bytes, index) =>
    zlib.zstdCompressSync(bytes, {
      params: { [ZSTD_c_checksumFlag]: index % 2, [ZSTD_c_contentSizeFlag]: index % 3 === 0 ? 0 : 1 },
    }),
  ),
  // RFC 8878 3.1.2: a skippable frame.
  Buffer.concat([Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0]), Buffer.from('any')]),
  zlib.zstdCompressSync('the end'),
];
const ALL = Buffer.concat(FRAMES);

/** Where each piece ends, counted from the start of the first. */
function endsOf(pieces: readonly Buffer[]): number[] {
  let end = 0;
  return pieces.map(({ length }) => {
    end += length;
    return end;
  });
}

describe('cutting a zstd stream at its frames', () => {
  it.each([1, 7, 1000, 65_536, ALL.length])(
    'ends a piece with each frame, in pieces of %i bytes',
    async (size) => {
      const pieces = await collect(splitAtFrames(inPieces(ALL, size)));
      expect(Buffer.concat(pieces).equals(ALL)).toBe(true);
      expect(endsOf(pieces)).toEqual(expect.arrayContaining(endsOf(FRAMES)));
    },
  );

  it('makes all frames decompress, not only the first', async () => {
    for (const size of [5, 4096, ALL.length]) {
      const plain = Buffer.concat(await collect(decompress(inPieces(ALL, size), 'zstd', 1e9)));
      expect(plain.equals(Buffer.concat([...CONTENTS, Buffer.from('the end')]))).toBe(true);
    }
  });

  it('passes on what is no zstd, and never fails itself', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.integer({ min: 1, max: 50 }),
        async (bytes, size) => {
          for (const data of [Buffer.from(bytes), Buffer.concat([FRAMES[0] ?? ALL, bytes])]) {
            expect(Buffer.concat(await collect(splitAtFrames(inPieces(data, size)))).equals(data)).toBe(true);
          }
        },
      ),
    );
  });

  it('leaves it to the decompressor to say that the stream ends early', async () => {
    const short = zlib.zstdCompressSync(randomBytes(100_000)).subarray(0, 50_000);
    await expect(collect(decompress(inPieces(short, 1000), 'zstd', 1e9))).rejects.toThrow();
  });
});
