import type { Effects } from '../../src/main/registry/transport/effects.ts';

/** The real clock, no chance, and waits that take no time but are written down. */
export function recordedEffects(): Effects & { readonly waitsMs: readonly number[] } {
  const waitsMs: number[] = [];
  return {
    waitsMs,
    now: () => Date.now(),
    random: () => 0.5,
    async sleep(milliseconds) {
      waitsMs.push(milliseconds);
    },
  };
}
