/**
 * The few words of shared memory by which workers that are busy in synchronous work hear of one another: a count of
 * blocks published (what idle helpers wait on) and whether to stop.
 */
export interface Switchboard {
  readonly memory: SharedArrayBuffer;
  published(): number;
  /** Wakes the helpers: there is a block to compress. */
  announceBlock(): void;
  /** Blocks until a block beyond the `seen`th is announced, or {@link stop}. */
  awaitBlock(seen: number): void;
  stop(): void;
  readonly stopped: boolean;
}

const PUBLISHED = 0;
const STOPPED = 1;

export function openSwitchboard(
  memory = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT),
): Switchboard {
  const words = new Int32Array(memory);
  return {
    memory,
    published: () => Atomics.load(words, PUBLISHED),
    announceBlock() {
      Atomics.add(words, PUBLISHED, 1);
      Atomics.notify(words, PUBLISHED);
    },
    awaitBlock(seen) {
      Atomics.wait(words, PUBLISHED, seen, 1000);
    },
    stop() {
      Atomics.store(words, STOPPED, 1);
      // Counts as an announcement, so that a helper that is about to wait does not miss it.
      Atomics.add(words, PUBLISHED, 1);
      Atomics.notify(words, PUBLISHED);
    },
    get stopped() {
      return Atomics.load(words, STOPPED) === 1;
    },
  };
}
