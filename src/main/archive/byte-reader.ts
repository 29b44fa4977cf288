import type { FileHandle } from 'node:fs/promises';

/** Bytes that are read from front to back. */
export interface ByteReader {
  /** Bytes read or skipped so far. */
  position(): number;
  /** The next bytes: fewer than asked for at the end, none after it. */
  take(count: number): Promise<Buffer>;
  /** @returns how many bytes there were to skip. */
  skip(count: number): Promise<number>;
  /** Hands the next bytes on in pieces, each lent until the next. @returns how many there were. */
  pass(count: number, take: (piece: Buffer) => void): Promise<number>;
}

const PASS_BYTES = 1 << 18;

/** What is read at once where less is asked for: headers often stand close together. */
const WINDOW_BYTES = 1 << 14;

/** Reads a part of a file; skipping costs nothing. */
export function fileReader(handle: FileHandle, start: number, end: number): ByteReader {
  let at = start;
  let window: Buffer = Buffer.alloc(0);
  let windowAt = start;
  const readAt = async (from: number, count: number) => {
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(count, end - from)));
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, from + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  };
  const read = async (count: number) => {
    const isHeld = at >= windowAt && at + count <= windowAt + window.length;
    if (!isHeld) {
      window = await readAt(at, Math.max(count, WINDOW_BYTES));
      windowAt = at;
    }
    const bytes = window.subarray(at - windowAt, at - windowAt + count);
    at += bytes.length;
    return bytes;
  };
  return {
    position: () => at - start,
    take: read,
    async pass(count, take) {
      let left = count;
      while (left > 0) {
        const piece = await read(Math.min(left, PASS_BYTES));
        if (piece.length === 0) break;
        take(piece);
        left -= piece.length;
      }
      return count - left;
    },
    async skip(count) {
      const skipped = Math.max(0, Math.min(count, end - at));
      at += skipped;
      return skipped;
    },
  };
}

/** Reads what arrives in pieces. Each piece is used before the next is asked for. */
export function streamReader(pieces: AsyncIterable<Buffer>): ByteReader {
  const iterator = pieces[Symbol.asyncIterator]();
  let piece: Buffer = Buffer.alloc(0);
  let position = 0;
  /** @returns whether there are bytes in `piece`. */
  const advance = async () => {
    while (piece.length === 0) {
      const next = await iterator.next();
      if (next.done) return false;
      piece = next.value;
    }
    return true;
  };
  const use = (count: number) => {
    const used = piece.subarray(0, count);
    piece = piece.subarray(used.length);
    position += used.length;
    return used;
  };
  return {
    position: () => position,
    async take(count) {
      const parts: Buffer[] = [];
      let left = count;
      while (left > 0 && (await advance())) {
        const part = Buffer.from(use(left));
        parts.push(part);
        left -= part.length;
      }
      return Buffer.concat(parts);
    },
    async skip(count) {
      let left = count;
      while (left > 0 && (await advance())) left -= use(left).length;
      return count - left;
    },
    async pass(count, take) {
      let left = count;
      while (left > 0 && (await advance())) {
        const piece = use(left);
        take(piece);
        left -= piece.length;
      }
      return count - left;
    },
  };
}
