/** A source of numbers in [0, 1) that a seed decides (mulberry32, public domain): a failure can be had again. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How many inputs a fuzzer tries, and from which seed on: `FUZZ_COUNT` and `FUZZ_SEED`. */
export function fuzzSeeds(count: number): number[] {
  const first = Number(process.env.FUZZ_SEED ?? 1);
  const wanted = Number(process.env.FUZZ_COUNT ?? count);
  return Array.from({ length: wanted }, (_, index) => first + index);
}
