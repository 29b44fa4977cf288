import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bufferSink } from '../../../src/main/archive/byte-sink.ts';

describe('a sink of buffers', () => {
  it('passes on every byte in order, whatever the pieces and the size of the buffers', () => {
    const piece = fc.uint8Array({ maxLength: 50 });
    fc.assert(
      fc.property(
        fc.array(piece),
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 9 }),
        (pieces, size, step) => {
          const full: Buffer[] = [];
          const sink = bufferSink(Buffer.alloc(size), (buffer) => {
            full.push(Buffer.from(buffer));
            return Buffer.alloc(size);
          });
          for (const [index, bytes] of pieces.entries()) {
            if (index % 2 === 0) sink.write(bytes);
            else {
              let at = 0;
              sink.fill(bytes.length, (target) => {
                const part = bytes.subarray(at, at + Math.min(step, target.length));
                target.set(part);
                at += part.length;
                return part.length;
              });
            }
          }
          expect(Buffer.concat([...full, sink.rest()])).toEqual(Buffer.concat(pieces));
          expect(full.every(({ length }) => length === size)).toBe(true);
        },
      ),
    );
  });
});
