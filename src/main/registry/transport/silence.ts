import { Cancelled, StrataError, throwIfCancelled } from '../../../shared/errors.ts';

/** A host that was asked something and says nothing. */
export interface Waiting {
  readonly host: string;
  /** Since its last sign of life. */
  readonly silentMs: number;
}

/** Called each second while a host is silent; with undefined when it is heard again. */
export type OnWaiting = (waiting: Waiting | undefined) => void;

/** As in: waiting for reg.example, 40 s */
export function waitingLine({ host, silentMs }: Waiting): string {
  return `waiting for ${host}, ${Math.floor(silentMs / 1000)} s`;
}

/** How long the hosts of one transport have said nothing while something was asked of them: of all tries together. */
export interface SilenceWatch {
  /**
   * Waits for an answer.
   *
   * @param extraMs how much longer than usual the answer may take, such as for a large blob that is hashed.
   * @param ask is to let go when its signal is aborted.
   * @throws StrataError `network` when the silence is longer than is borne; Cancelled; what `ask` throws.
   */
  during<T>(
    host: string,
    extraMs: number,
    signal: AbortSignal | undefined,
    ask: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
  /** There was a sign of life. */
  heard(): void;
}

/** Nobody wants to read of a wait that is over at once. */
const WORTH_TELLING_MS = 3_000;
const TICK_MS = 1_000;

/**
 * Retries alone do not bound how long a dead host is waited for: six tries of two minutes are twelve minutes. This
 * bounds the silence as a whole, and tells of it.
 *
 * @param patienceMs the longest silence.
 */
export function watchSilence(patienceMs: number, onWaiting: OnWaiting | undefined): SilenceWatch {
  const pending = new Set<{ readonly host: string; readonly extraMs: number; giveUp(): void }>();
  /** Since when something is asked without an answer; undefined while nothing is. */
  let askedSince: number | undefined;
  /** Of earlier tries that were given up. */
  let earlierMs = 0;
  let told = false;
  let timer: NodeJS.Timeout | undefined;

  const tick = (): void => {
    if (askedSince === undefined) return;
    const silentMs = earlierMs + performance.now() - askedSince;
    for (const asked of pending) {
      if (silentMs >= patienceMs + asked.extraMs) asked.giveUp();
    }
    const [first] = pending;
    if (first === undefined || silentMs < WORTH_TELLING_MS) return;
    told = true;
    onWaiting?.({ host: first.host, silentMs });
  };
  const heard = (): void => {
    askedSince &&= performance.now();
    earlierMs = 0;
    if (told) onWaiting?.(undefined);
    told = false;
  };

  return {
    heard,
    async during(host, extraMs, signal, ask) {
      const silence = new AbortController();
      const asked = { host, extraMs, giveUp: () => silence.abort() };
      const { promise: givenUp, reject } = Promise.withResolvers<never>();
      silence.signal.addEventListener('abort', () => reject(silentError(host, patienceMs + extraMs)));
      throwIfCancelled(signal);
      // undici does not look at a signal before it is connected.
      const cancel = (): void => reject(new Cancelled());
      signal?.addEventListener('abort', cancel);
      pending.add(asked);
      askedSince ??= performance.now();
      timer ??= setInterval(tick, Math.min(TICK_MS, patienceMs / 8));
      try {
        const either = signal === undefined ? silence.signal : AbortSignal.any([silence.signal, signal]);
        return await Promise.race([ask(either), givenUp]);
      } finally {
        signal?.removeEventListener('abort', cancel);
        pending.delete(asked);
        if (pending.size === 0) {
          earlierMs += performance.now() - askedSince;
          askedSince = undefined;
          clearInterval(timer);
          timer = undefined;
        }
      }
    },
  };
}

function silentError(host: string, silentMs: number): StrataError {
  return new StrataError('network', `${host} said nothing for ${Math.round(silentMs / 1000)} s.`, {
    action: { action: 'set-option', option: 'patience' },
    details: { host, problem: 'silent' },
  });
}
