import { closeSync, openSync, writeSync } from 'node:fs';
import zlib from 'node:zlib';
import type { Digest } from '../../engine/oci/types.ts';
import { Cancelled } from '../../shared/errors.ts';
import { type ByteMeter, byteMeter } from '../archive/byte-meter.ts';
import { type ByteSink, bufferSink } from '../archive/byte-sink.ts';
import type { BlockCodec } from '../archive/codec.ts';
import { type TreeEntry, writeTree } from '../archive/tar-tree.ts';
import { fileSystemError } from '../files/file-system-error.ts';
import { type BlockRing, CLAIMED, DONE } from './block-ring.ts';
import type { Switchboard } from './switchboard.ts';
import { writeStorePaths } from './tar-store-paths.ts';

/** What a layer is made of. */
export type LayerContents =
  | {
      readonly type: 'store-paths';
      readonly paths: readonly string[];
      /** Below which directory they lie on disk; where they say, if left out. */
      readonly storeRoot?: string | undefined;
    }
  | { readonly type: 'tree'; readonly entries: readonly TreeEntry[] };

export interface PackedLayer {
  /** Of the file as written. */
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** Of the uncompressed archive. */
  readonly diffId: Digest;
  readonly uncompressedBytes: number;
}

export interface PackLayerOptions {
  readonly contents: LayerContents;
  /** A file that does not exist yet. */
  readonly file: string;
  readonly switchboard: Switchboard;
  /** Left out: the archive is written as it is. */
  readonly compression?: { readonly codec: BlockCodec; readonly ring: BlockRing } | undefined;
  /** Called with the uncompressed bytes read so far. */
  readonly onProgress: (uncompressedBytes: number) => void;
}

/**
 * Packs one layer into a file, in one pass: reads, hashes, compresses (with the help of other threads, through the
 * ring), hashes and writes. Synchronous, for use in a worker thread.
 *
 * @throws StrataError `disk-full` or `file-system`; Cancelled when the switchboard says stop.
 */
export function packLayer(options: PackLayerOptions): PackedLayer {
  const output = openOutput(options.file);
  try {
    const input = openInput(options);
    const writer = options.compression
      ? compressingSink(options.compression, input, output, options.switchboard)
      : plainSink(input, output);
    if (options.contents.type === 'tree') writeTree(options.contents.entries, writer);
    else writeStorePaths(options.contents.paths, writer, options.contents.storeRoot);
    writer.finish();
    return {
      digest: output.digest(),
      sizeBytes: output.bytes(),
      diffId: input.digest(),
      uncompressedBytes: input.bytes(),
    };
  } finally {
    output.close();
  }
}

interface Input extends ByteMeter {
  crc32(): number;
}

function openInput({ switchboard, compression, onProgress }: PackLayerOptions): Input {
  const plain = byteMeter();
  let crc = 0;
  return {
    ...plain,
    take(block) {
      if (switchboard.stopped) throw new Cancelled();
      plain.take(block);
      if (compression?.codec.needsCrc32) crc = zlib.crc32(block, crc);
      onProgress(plain.bytes());
    },
    crc32: () => crc,
  };
}

interface Output extends ByteMeter {
  close(): void;
}

function openOutput(file: string): Output {
  const attempt = <T>(write: () => T): T => {
    try {
      return write();
    } catch (error) {
      throw fileSystemError(error, 'write', file);
    }
  };
  const fd = attempt(() => openSync(file, 'wx', 0o644));
  const written = byteMeter();
  return {
    ...written,
    take(bytes) {
      written.take(bytes);
      for (let at = 0; at < bytes.length; ) at += attempt(() => writeSync(fd, bytes, at));
    },
    close: () => closeSync(fd),
  };
}

type FinishingSink = ByteSink & { finish(): void };

const PLAIN_BUFFER_BYTES = 1 << 20;

function plainSink(input: Input, output: Output): FinishingSink {
  const flush = (bytes: Buffer) => {
    input.take(bytes);
    output.take(bytes);
    return bytes;
  };
  const sink = bufferSink(Buffer.allocUnsafe(PLAIN_BUFFER_BYTES), flush);
  return { ...sink, finish: () => void flush(sink.rest()) };
}

function compressingSink(
  { codec, ring }: { readonly codec: BlockCodec; readonly ring: BlockRing },
  input: Input,
  output: Output,
  switchboard: Switchboard,
): FinishingSink {
  /** Blocks published and blocks written out since the start of the layer; the slot of a block is its number modulo slots. */
  let published = 0;
  let written = 0;
  let dictionary = Buffer.alloc(0);

  const publish = (block: Buffer, last: boolean) => {
    input.take(block);
    const before = dictionary;
    dictionary = Buffer.from(block.subarray(block.length - Math.min(block.length, codec.dictionaryBytes)));
    ring.publish(published % ring.slots, block.length, before, last);
    switchboard.announceBlock();
    published += 1;
  };
  const writeOldest = () => {
    const slot = written % ring.slots;
    while (ring.state(slot) !== DONE) {
      if (switchboard.stopped) throw new Cancelled();
      if (!ring.tryCompress(slot)) helpOrWait(slot);
    }
    output.take(ring.output(slot));
    ring.release(slot);
    written += 1;
  };
  /** Another thread has the oldest block: make use of the time with a later one. */
  const helpOrWait = (oldest: number) => {
    for (let block = written + 1; block < published; block += 1) {
      if (ring.tryCompress(block % ring.slots)) return;
    }
    if (ring.state(oldest) === CLAIMED) ring.awaitClaimed(oldest);
  };
  const next = (full: Buffer) => {
    publish(full, false);
    while (published - written === ring.slots) writeOldest();
    return ring.room(published % ring.slots);
  };

  output.take(codec.header);
  const sink = bufferSink(ring.room(0), next);
  return {
    ...sink,
    finish() {
      publish(sink.rest(), true);
      while (written < published) writeOldest();
      output.take(codec.trailer(input.crc32(), input.bytes()));
    },
  };
}
