import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { digestOfHex } from '../../../src/engine/oci/digest.ts';
import { type BlobProgress, createTransferMeter } from '../../../src/main/registry/progress.ts';

const BLOB = { digest: digestOfHex('a'), size: 10_000 } as const;

afterEach(() => vi.useRealTimers());

describe('a meter of a transfer', () => {
  it('tells bytes and rate at most ten times a second', () => {
    const seen: BlobProgress[] = [];
    let now = 0;
    const meter = createTransferMeter(
      (progress) => seen.push(progress),
      () => now,
    );
    for (let at = 0; at <= 1_000; at += 10) {
      now = at;
      meter.bytes(BLOB, at, 10);
    }
    expect(seen).toHaveLength(11);
    expect(seen.at(-1)).toMatchObject({ state: 'moving', doneBytes: 1_000, bytesPerSecond: 1_000 });
    expect(meter.movedBytes).toBe(1_010);
  });

  it('goes on when the clock is set back', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(2026, 0, 2) });
    const seen: BlobProgress[] = [];
    const meter = createTransferMeter((progress) => seen.push(progress));
    meter.bytes(BLOB, 1_000, 1_000);
    vi.setSystemTime(new Date(2026, 0, 1));
    await delay(120);
    meter.bytes(BLOB, 2_000, 1_000);
    expect(seen.map(({ doneBytes }) => doneBytes)).toEqual([1_000, 2_000]);
    expect(seen[1]?.bytesPerSecond).toBeGreaterThan(0);
  });
});
