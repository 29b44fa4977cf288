import { randomBytes } from 'node:crypto';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { blockCodec, codecVersion, compressionSettings } from '../../../src/main/archive/codec.ts';

/** Text that compresses, noise that does not, and zeros. */
const SAMPLE = Buffer.concat([
  Buffer.from('All work and no play makes a dull store path. '.repeat(60_000)),
  randomBytes(1_500_000),
  Buffer.alloc(3_000_000),
]);

function compress(type: 'gzip' | 'zstd', level: number, data: Buffer): Buffer {
  const codec = blockCodec({ type, level });
  if (codec === undefined) throw new Error('There is no codec.');
  const parts = [codec.header];
  for (let at = 0; at === 0 || at < data.length; at += codec.blockBytes) {
    const dictionary = data.subarray(Math.max(0, at - codec.dictionaryBytes), at);
    const last = at + codec.blockBytes >= data.length;
    parts.push(codec.compress(data.subarray(at, at + codec.blockBytes), dictionary, last));
  }
  return Buffer.concat([...parts, codec.trailer(zlib.crc32(data), data.length)]);
}

describe('compression in blocks', () => {
  it.each([1, 6, 9])('gives one gzip member at level %i', (level) => {
    expect(zlib.gunzipSync(compress('gzip', level, SAMPLE)).equals(SAMPLE)).toBe(true);
  });

  it('is about as small as compression in one piece', () => {
    const whole = zlib.gzipSync(SAMPLE, { level: 6 }).length;
    expect(compress('gzip', 6, SAMPLE).length).toBeLessThan(whole * 1.01);
  });

  it.each([1, 3, 19])('gives zstd frames that each say their size at level %i', (level) => {
    const compressed = compress('zstd', level, SAMPLE);
    const decompressed: Buffer[] = [];
    // Node reads one frame at a time; each one's magic number starts the next.
    for (let rest = compressed; rest.length > 0; ) {
      const frame = zlib.zstdDecompressSync(rest, { info: true }) as unknown as {
        buffer: Buffer;
        engine: { bytesWritten: number };
      };
      decompressed.push(frame.buffer);
      rest = rest.subarray(frame.engine.bytesWritten);
    }
    expect(Buffer.concat(decompressed).equals(SAMPLE)).toBe(true);
  });

  it('writes nothing of this machine or moment', () => {
    const header = compress('gzip', 6, Buffer.from('x')).subarray(0, 10);
    expect(header.toString('hex')).toBe('1f8b08000000000000ff');
  });
});

describe('the settings of compression', () => {
  it('have the usual level by default', () => {
    expect(compressionSettings({ type: 'gzip' })).toEqual({ type: 'gzip', level: 6 });
    expect(compressionSettings({ type: 'zstd' })).toEqual({ type: 'zstd', level: 3 });
    expect(compressionSettings({ type: 'none', level: 5 })).toEqual({ type: 'none', level: 0 });
  });

  it('refuse a level that there is not', () => {
    expect(() => compressionSettings({ type: 'gzip', level: 10 })).toThrow(
      expect.objectContaining({ code: 'usage', message: 'gzip has no level 10.' }),
    );
    expect(() => compressionSettings({ type: 'zstd', level: 0 })).toThrow(
      expect.objectContaining({ hint: 'Levels of zstd go from 1 to 22; the usual one is 3.' }),
    );
  });

  it('say so where the runtime is older than zstd', () => {
    const { zstdCompressSync } = zlib;
    Object.assign(zlib, { zstdCompressSync: undefined });
    try {
      expect(() => compressionSettings({ type: 'zstd' })).toThrow(
        expect.objectContaining({
          code: 'usage',
          message: expect.stringContaining('cannot compress with zstd'),
        }),
      );
    } finally {
      Object.assign(zlib, { zstdCompressSync });
    }
  });

  it('name the library, as another version of it may give other bytes', () => {
    expect(codecVersion('gzip')).toBe(`zlib ${process.versions.zlib}`);
    expect(codecVersion('none')).toBe('none');
  });
});
