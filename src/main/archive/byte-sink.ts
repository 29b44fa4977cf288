/** Where an archive's bytes go, in order. */
export interface ByteSink {
  /** Takes a copy of the bytes. */
  write(bytes: Uint8Array): void;
  /**
   * Takes `sizeBytes` bytes that `read` puts straight into the sink's own buffers, so that file contents are copied
   * once. `read` fills some of the target from its start, and returns how many bytes; it is never called in vain.
   */
  fill(sizeBytes: number, read: (target: Buffer) => number): void;
}

/**
 * A sink of consecutive buffers.
 *
 * @param next takes how much of the current buffer is full (the whole of it), and gives the next buffer.
 */
export function bufferSink(first: Buffer, next: (full: Buffer) => Buffer): ByteSink & { rest(): Buffer } {
  let buffer = first;
  let used = 0;
  const advance = (count: number) => {
    used += count;
    if (used < buffer.length) return;
    buffer = next(buffer);
    used = 0;
  };
  return {
    write(bytes) {
      for (let from = 0; from < bytes.length; ) {
        const part = bytes.subarray(from, from + buffer.length - used);
        buffer.set(part, used);
        from += part.length;
        advance(part.length);
      }
    },
    fill(sizeBytes, read) {
      for (let left = sizeBytes; left > 0; ) {
        const count = read(buffer.subarray(used, Math.min(buffer.length, used + left)));
        left -= count;
        advance(count);
      }
    },
    rest: () => buffer.subarray(0, used),
  };
}
