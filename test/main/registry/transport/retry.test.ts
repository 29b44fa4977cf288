import { describe, expect, it } from 'vitest';
import { backoffMs, parseRetryAfter, retrying } from '../../../../src/main/registry/transport/retry.ts';
import { Cancelled, StrataError } from '../../../../src/shared/errors.ts';
import { recordedEffects } from '../../../support/registry-effects.ts';

const POLICY = { attempts: 4, baseDelayMs: 100, longestDelayMs: 300, longestRetryAfterMs: 5_000 };
const failure = new StrataError('registry-unavailable', 'Not now.');

describe('retrying', () => {
  it('waits twice as long each time, up to a limit, with jitter', async () => {
    const effects = recordedEffects();
    await expect(retrying(POLICY, effects, undefined, async () => ({ failure }))).rejects.toBe(failure);
    expect(effects.waitsMs).toEqual([50, 100, 150]);
    expect(backoffMs(POLICY, { ...effects, random: () => 0 }, 3)).toBe(0);
  });

  it('gives the first value', async () => {
    const outcomes = [{ failure }, { done: 7 }, { done: 8 }];
    const value = await retrying(
      POLICY,
      recordedEffects(),
      undefined,
      async () => outcomes.shift() ?? { failure },
    );
    expect(value).toBe(7);
  });

  it('takes what is thrown as final', async () => {
    let tries = 0;
    const attempt = async () => {
      tries += 1;
      throw failure;
    };
    await expect(retrying(POLICY, recordedEffects(), undefined, attempt)).rejects.toBe(failure);
    expect(tries).toBe(1);
  });

  it('waits as long as it is asked to, and never not at all', async () => {
    const effects = recordedEffects();
    const attempts = [{ failure, retryAfterMs: 2_000 }, { failure, retryAfterMs: 0 }, { done: 1 }];
    await retrying(POLICY, effects, undefined, async () => attempts.shift() ?? { failure });
    expect(effects.waitsMs).toEqual([2_000, 100]);
  });

  it('keeps what the registry said when that asks for too long a wait', async () => {
    const busy = new StrataError('registry-unavailable', 'Not now.', { details: { status: 429, codes: [] } });
    const attempt = async () => ({ failure: busy, retryAfterMs: 60_000 });
    await expect(retrying(POLICY, recordedEffects(), undefined, attempt)).rejects.toMatchObject({
      hint: expect.stringContaining('60 s'),
      details: { status: 429 },
    });
  });

  it('stops when it is cancelled between two tries', async () => {
    const controller = new AbortController();
    const attempt = async () => {
      controller.abort();
      return { failure };
    };
    await expect(retrying(POLICY, recordedEffects(), controller.signal, attempt)).rejects.toBeInstanceOf(
      Cancelled,
    );
  });
});

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    [undefined, undefined],
    ['3', 3_000],
    ['Thu, 01 Jan 2026 00:00:10 GMT', 10_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', undefined],
  ])('reads %s', (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });
});
