import type { Readable } from 'node:stream';
import type { Timeouts } from './dispatcher.ts';
import { slowError } from './network-error.ts';
import type { SilenceWatch } from './silence.ts';

/**
 * Passes the pieces on, and fails when waiting for them took longer than `slowMs` at less than `slowBytesPerSecond`: a
 * server that drips keeps every idle timeout from striking. Time in which nobody asks for a piece does not count.
 *
 * @throws StrataError `network`.
 */
export async function* guardSpeed(
  pieces: Readable,
  { slowMs, slowBytesPerSecond }: Pick<Timeouts, 'slowMs' | 'slowBytesPerSecond'>,
  host: string,
  silence: SilenceWatch,
): AsyncGenerator<Buffer> {
  const iterator: AsyncIterator<Buffer> = pieces[Symbol.asyncIterator]();
  let waitedMs = 0;
  let bytes = 0;
  try {
    for (;;) {
      const asked = performance.now();
      const { value, done } = await silence.during(host, 0, undefined, (signal) => {
        signal.addEventListener('abort', () => pieces.destroy());
        return iterator.next();
      });
      silence.heard();
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
