import type { Timeouts } from './dispatcher.ts';
import { slowError } from './network-error.ts';

/**
 * Passes the pieces on, and fails when waiting for them took longer than `slowMs` at less than `slowBytesPerSecond`: a
 * server that drips keeps every idle timeout from striking. Time in which nobody asks for a piece does not count.
 *
 * @throws StrataError `network`.
 */
export async function* guardSpeed(
  pieces: AsyncIterable<Buffer>,
  { slowMs, slowBytesPerSecond }: Pick<Timeouts, 'slowMs' | 'slowBytesPerSecond'>,
  host: string,
): AsyncGenerator<Buffer> {
  const iterator = pieces[Symbol.asyncIterator]();
  let waitedMs = 0;
  let bytes = 0;
  try {
    for (;;) {
      const asked = performance.now();
      const { value, done } = await iterator.next();
      if (done) return;
      waitedMs += performance.now() - asked;
      bytes += value.length;
      if (waitedMs >= slowMs) {
        if (bytes < (slowBytesPerSecond * waitedMs) / 1000) {
          throw slowError(host, slowBytesPerSecond);
        }
        waitedMs = 0;
        bytes = 0;
      }
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}
