import { PassThrough, Readable, type Transform } from 'node:stream';
import zlib from 'node:zlib';
import type { LayerCompression } from '../../engine/oci/media-types.ts';
import { splitAtFrames } from './zstd-frames.ts';

const CHUNK_BYTES = 1 << 18;

/** How bytes that begin like this are compressed. */
export function sniffCompression(start: Buffer): LayerCompression {
  if (start.length >= 2 && start.readUInt16BE(0) === 0x1f8b) return 'gzip';
  if (start.length >= 4) {
    const magic = start.readUInt32LE(0);
    if (magic === 0xfd2fb528 || magic >>> 4 === 0x184d2a5) return 'zstd';
  }
  return 'none';
}

/** Contents beyond the limit: an archive that expands without end. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

/**
 * The uncompressed bytes of a layer in pieces, of several gzip members or zstd frames too.
 *
 * @throws TooLarge beyond `maxBytes`; the decompressor's error where the data are damaged or end early.
 */
export async function* decompress(
  pieces: AsyncIterable<Buffer>,
  compression: LayerCompression,
  maxBytes: number,
): AsyncGenerator<Buffer> {
  const source = Readable.from(compression === 'zstd' ? splitAtFrames(pieces) : pieces, {
    objectMode: false,
  });
  const decompressor = decompressorFor(compression);
  source.on('error', (error) => decompressor.destroy(error));
  let bytes = 0;
  try {
    for await (const piece of source.pipe(decompressor)) {
      bytes += piece.length;
      if (bytes > maxBytes) throw new TooLarge(`it expands to more than ${maxBytes} bytes`);
      yield piece;
    }
  } finally {
    source.destroy();
    decompressor.destroy();
  }
}

function decompressorFor(compression: LayerCompression): Transform {
  if (compression === 'none') return new PassThrough();
  return compression === 'gzip'
    ? zlib.createGunzip({ chunkSize: CHUNK_BYTES })
    : zlib.createZstdDecompress({ chunkSize: CHUNK_BYTES });
}
