import { StrataError, throwIfCancelled } from '../../../shared/errors.ts';
import type { Effects } from './effects.ts';

export interface RetryPolicy {
  /** How often something is tried at most, the first time included. */
  readonly attempts: number;
  /** The wait before try n is random between 0 and `baseDelayMs * 2 ** (n - 2)`, `longestDelayMs` at most. */
  readonly baseDelayMs: number;
  readonly longestDelayMs: number;
  /** A server that asks for a longer wait than this is not waited for. */
  readonly longestRetryAfterMs: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  attempts: 6,
  baseDelayMs: 500,
  longestDelayMs: 15_000,
  longestRetryAfterMs: 120_000,
};

/** What one try came to: a value, or a failure that may pass. */
export type Attempt<T> =
  | { readonly done: T }
  | {
      readonly failure: StrataError;
      /** The wait that the server asked for. */
      readonly retryAfterMs?: number | undefined;
      /** Whether the try got further than any before it, so that it was worth it: the count of tries starts anew. */
      readonly progressed?: boolean | undefined;
    };

/**
 * Tries until it is done, with exponential backoff and full jitter between the tries (M. Brooker, "Exponential Backoff
 * And Jitter", 2015). What `attempt` throws is final.
 *
 * @throws StrataError the last failure when the tries are used up.
 */
export async function retrying<T>(
  policy: RetryPolicy,
  effects: Effects,
  signal: AbortSignal | undefined,
  attempt: () => Promise<Attempt<T>>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    throwIfCancelled(signal);
    const outcome = await attempt();
    if ('done' in outcome) return outcome.done;
    if (outcome.progressed) tries = 1;
    if (tries >= policy.attempts) throw outcome.failure;
    await effects.sleep(waitMs(policy, effects, tries, outcome.retryAfterMs, outcome.failure), signal);
  }
}

/** How long to wait after so many tries. */
export function backoffMs(policy: RetryPolicy, effects: Effects, tries: number): number {
  return effects.random() * Math.min(policy.longestDelayMs, policy.baseDelayMs * 2 ** (tries - 1));
}

function waitMs(
  policy: RetryPolicy,
  effects: Effects,
  tries: number,
  retryAfterMs: number | undefined,
  failure: StrataError,
): number {
  const backoff = backoffMs(policy, effects, tries);
  if (retryAfterMs === undefined) return backoff;
  if (retryAfterMs > policy.longestRetryAfterMs) {
    throw new StrataError(failure.code, failure.message, {
      hint: `The registry asks to be left alone for ${Math.ceil(retryAfterMs / 1000)} s: try again then.`,
      details: failure.details,
      cause: failure,
    });
  }
  // A server that asks for no wait at all is left alone for a moment all the same.
  return Math.max(retryAfterMs, backoff);
}

/** `Retry-After` in milliseconds: seconds or an HTTP date (RFC 9110, section 10.2.3). */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
