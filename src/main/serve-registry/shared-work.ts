import { Cancelled } from '../../shared/errors.ts';

/** Work that several ask for at once and that is done once. */
export interface SharedWork<T> {
  /**
   * The result for a key: of the work that is under way, of work done lately, or of work that starts now. The work is
   * cancelled when nobody waits for it any more.
   *
   * @throws Cancelled when the signal is aborted, and whatever the work throws, or threw lately.
   */
  get(key: string, signal: AbortSignal): Promise<T>;
}

/** For how long what came of work is given out again without working anew, in milliseconds. */
export interface Keeping {
  readonly resultMs: number;
  /** 0 for a failure that may pass by itself. */
  readonly failureMs: (error: unknown) => number;
}

interface Entry<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
  /** Undefined while the work is under way. */
  keptUntil: number | undefined;
}

/** @param now milliseconds, from any start. */
export function shareWork<T>(
  work: (key: string, signal: AbortSignal) => Promise<T>,
  { resultMs, failureMs }: Keeping,
  now: () => number = () => performance.now(),
): SharedWork<T> {
  const entries = new Map<string, Entry<T>>();

  const begin = (key: string): Entry<T> => {
    const controller = new AbortController();
    const entry: Entry<T> = {
      result: work(key, controller.signal),
      controller,
      waiting: 0,
      keptUntil: undefined,
    };
    entries.set(key, entry);
    entry.result.then(
      () => {
        entry.keptUntil = now() + resultMs;
      },
      (error: unknown) => {
        entry.keptUntil = now() + failureMs(error);
      },
    );
    return entry;
  };

  return {
    async get(key, signal) {
      if (signal.aborted) throw new Cancelled();
      for (const [known, { keptUntil }] of entries) {
        if (keptUntil !== undefined && now() >= keptUntil) entries.delete(known);
      }
      const entry = entries.get(key) ?? begin(key);
      entry.waiting += 1;
      let leave = (): void => {};
      const left = new Promise<never>((_, reject) => {
        leave = () => reject(new Cancelled());
        signal.addEventListener('abort', leave);
      });
      try {
        return await Promise.race([entry.result, left]);
      } finally {
        signal.removeEventListener('abort', leave);
        entry.waiting -= 1;
        if (entry.waiting === 0 && entry.keptUntil === undefined) {
          // Whoever asks next begins anew rather than wait for work that is being stopped.
          if (entries.get(key) === entry) entries.delete(key);
          entry.controller.abort();
        }
      }
    },
  };
}
