import { setTimeout as delay } from 'node:timers/promises';
import { Cancelled } from '../../../shared/errors.ts';

/** What the transport needs of the world besides the network; tests hand in their own. */
export interface Effects {
  /** Milliseconds since the epoch. */
  now(): number;
  /** From 0 up to, not including, 1. */
  random(): number;
  /** @throws Cancelled when the signal is aborted meanwhile. */
  sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void>;
}

export const systemEffects: Effects = {
  now: () => Date.now(),
  random: () => Math.random(),
  async sleep(milliseconds, signal) {
    try {
      await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
    } catch {
      throw new Cancelled();
    }
  },
};
