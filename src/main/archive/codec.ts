import zlib from 'node:zlib';
import type { LayerCompression } from '../../engine/oci/media-types.ts';
import { StrataError } from '../../shared/errors.ts';

/** A compression with its level settled. `none` has level 0. */
export interface CompressionSettings {
  readonly type: LayerCompression;
  readonly level: number;
}

/**
 * Compression in blocks of a fixed size that do not wait for one another, so that any number of threads give the same
 * bytes.
 */
export interface BlockCodec {
  readonly blockBytes: number;
  /** How many of the bytes before a block its compression looks back to. */
  readonly dictionaryBytes: number;
  /** Whether the trailer needs the CRC-32 of all bytes. */
  readonly needsCrc32: boolean;
  /** About what one more compressing thread adds to the memory of the process, as measured. */
  readonly threadBytes: number;
  readonly header: Buffer;
  compress(block: Buffer, dictionary: Buffer, last: boolean): Buffer;
  trailer(crc32: number, sizeBytes: number): Buffer;
}

const LEVELS = {
  gzip: { least: 1, most: 9, usual: 6 },
  zstd: { least: 1, most: 22, usual: 3 },
} as const;

/**
 * Settles the level and checks that it can be had here.
 *
 * @throws StrataError `usage` for a level that the compression does not have, or where this runtime has no zstd.
 */
export function compressionSettings(compression: {
  readonly type: LayerCompression;
  readonly level?: number | undefined;
}): CompressionSettings {
  const { type, level } = compression;
  if (type === 'none') return { type, level: 0 };
  if (type === 'zstd' && typeof zlib.zstdCompressSync !== 'function') {
    throw new StrataError(
      'usage',
      `This runtime (Node ${process.versions.node}) cannot compress with zstd.`,
      {
        hint: 'Choose gzip, or run Strata with Node 22.15 or newer.',
      },
    );
  }
  const { least, most, usual } = LEVELS[type];
  if (level !== undefined && (level < least || level > most)) {
    throw new StrataError('usage', `${type} has no level ${level}.`, {
      hint: `Levels of ${type} go from ${least} to ${most}; the usual one is ${usual}.`,
    });
  }
  return { type, level: level ?? usual };
}

/** Names the library that compresses: another version of it may give other bytes for the same contents. */
export function codecVersion(type: LayerCompression): string {
  if (type === 'none') return 'none';
  return type === 'gzip' ? `zlib ${process.versions.zlib}` : `zstd ${process.versions.zstd}`;
}

export function blockCodec({ type, level }: CompressionSettings): BlockCodec | undefined {
  if (type === 'none') return undefined;
  return type === 'gzip' ? gzipCodec(level) : zstdCodec(level);
}

const MIB = 1 << 20;
const NOTHING = Buffer.alloc(0);

/**
 * One gzip member (RFC 1952) whose deflate stream is made of blocks, as pigz does it: each starts with the 32 KiB before it
 * as dictionary and ends at a byte boundary (an empty stored block, RFC 1951 3.2.4), so that they can be joined.
 */
function gzipCodec(level: number): BlockCodec {
  const { Z_SYNC_FLUSH, Z_FINISH } = zlib.constants;
  return {
    blockBytes: MIB,
    dictionaryBytes: 32 * 1024,
    needsCrc32: true,
    threadBytes: 18 * MIB,
    // No name, no time, "unknown" as operating system: nothing of this machine.
    header: Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]),
    compress: (block, dictionary, last) =>
      zlib.deflateRawSync(block, {
        level,
        finishFlush: last ? Z_FINISH : Z_SYNC_FLUSH,
        chunkSize: roomFor(block),
        ...(dictionary.length > 0 && { dictionary }),
      }),
    trailer(crc32, sizeBytes) {
      const trailer = Buffer.alloc(8);
      trailer.writeUInt32LE(crc32, 0);
      trailer.writeUInt32LE(sizeBytes % 2 ** 32, 4);
      return trailer;
    },
  };
}

/** Independent frames one after another (RFC 8878 3.1), each with its size, so that readers know how much to expect. */
function zstdCodec(level: number): BlockCodec {
  const params = zstdParameters(level);
  return {
    blockBytes: 4 * MIB,
    dictionaryBytes: 0,
    needsCrc32: false,
    threadBytes: zstdThreadBytes(level),
    header: NOTHING,
    compress: (block) =>
      zlib.zstdCompressSync(block, { params, pledgedSrcSize: block.length, chunkSize: roomFor(block) }),
    trailer: () => NOTHING,
  };
}

/**
 * The usual level with smaller tables, which stay in a core's nearest caches: a sixth faster, and two per cent larger than
 * `zstd -3` on store paths (docs/decisions/0051).
 */
function zstdParameters(level: number): Record<number, number> {
  const { ZSTD_c_compressionLevel, ZSTD_c_hashLog, ZSTD_c_chainLog } = zlib.constants;
  const plain = { [ZSTD_c_compressionLevel]: level };
  return level === LEVELS.zstd.usual ? { ...plain, [ZSTD_c_hashLog]: 16, [ZSTD_c_chainLog]: 14 } : plain;
}

/** The tables of a level grow with it. */
function zstdThreadBytes(level: number): number {
  if (level <= 4) return 24 * MIB;
  if (level <= 9) return 40 * MIB;
  return level <= 15 ? 75 * MIB : 110 * MIB;
}

/** More than a block can grow when it cannot be compressed; output in one piece saves joining it. */
export function roomFor(block: { readonly length: number }): number {
  return block.length + (block.length >> 7) + 1024;
}
