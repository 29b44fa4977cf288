/**
 * The part of CPython's `random.Random` that `layer_eval.py` draws its images from, number for number: the MT19937
 * generator (Matsumoto and Nishimura 1998, "Mersenne Twister", with their `init_by_array` seeding), `getrandbits`,
 * `choice` and `sample` as CPython 3.11's Lib/random.py documents them.
 */
export interface PythonRandom {
  /** A whole number of `bits` random bits, 1 to 32. */
  getRandomBits(bits: number): number;
  choice<T>(population: readonly T[]): T;
  /** `count` members drawn without replacement, in the order in which they were drawn. */
  sample<T>(population: readonly T[], count: number): T[];
}

const STATE_LENGTH = 624;
const SHIFT_LENGTH = 397;

function twist(state: Uint32Array): void {
  for (let i = 0; i < STATE_LENGTH; i++) {
    const upper = state[i] & 0x80000000;
    const lower = state[(i + 1) % STATE_LENGTH] & 0x7fffffff;
    const mixed = (upper | lower) >>> 0;
    const odd = mixed & 1 ? 0x9908b0df : 0;
    state[i] = state[(i + SHIFT_LENGTH) % STATE_LENGTH] ^ (mixed >>> 1) ^ odd;
  }
}

function seeded(key: readonly number[]): Uint32Array {
  const state = new Uint32Array(STATE_LENGTH);
  state[0] = 19650218;
  for (let i = 1; i < STATE_LENGTH; i++) {
    const previous = state[i - 1];
    state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
  }
  state[0] = 19650218;
  let i = 1;
  let j = 0;
  const advance = () => {
    i++;
    if (i >= STATE_LENGTH) {
      state[0] = state[STATE_LENGTH - 1];
      i = 1;
    }
  };
  for (let k = Math.max(STATE_LENGTH, key.length); k > 0; k--) {
    const previous = state[i - 1];
    state[i] = (state[i] ^ Math.imul(previous ^ (previous >>> 30), 1664525)) + (key[j] ?? 0) + j;
    advance();
    j = (j + 1) % key.length;
  }
  for (let k = STATE_LENGTH - 1; k > 0; k--) {
    const previous = state[i - 1];
    state[i] = (state[i] ^ Math.imul(previous ^ (previous >>> 30), 1566083941)) - i;
    advance();
  }
  state[0] = 0x80000000;
  return state;
}

/** @param seed A whole number from 0 to 2^32 - 1, as given to `random.Random(seed)`. */
export function pythonRandom(seed: number): PythonRandom {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new RangeError(`The seed must be a whole number below 2^32, not ${seed}.`);
  }
  const state = seeded([seed]);
  let position = STATE_LENGTH;

  const next = (): number => {
    if (position === STATE_LENGTH) {
      twist(state);
      position = 0;
    }
    let y = state[position++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
  const getRandomBits = (bits: number) => next() >>> (32 - bits);
  const below = (limit: number): number => {
    if (limit < 1) throw new RangeError('Cannot draw from an empty population.');
    const bits = 32 - Math.clz32(limit);
    let drawn = getRandomBits(bits);
    while (drawn >= limit) drawn = getRandomBits(bits);
    return drawn;
  };
  return {
    getRandomBits,
    choice: (population) => population[below(population.length)],
    sample: (population, count) => {
      if (count < 0 || count > population.length)
        throw new RangeError('The sample is larger than the population.');
      const drawn: (typeof population)[number][] = [];
      // CPython keeps a set of chosen indices only where that is smaller than a copy of the population.
      const setSize = 21 + (count > 5 ? 4 ** Math.ceil(Math.log(count * 3) / Math.log(4)) : 0);
      if (population.length <= setSize) {
        const pool = [...population];
        for (let i = 0; i < count; i++) {
          const j = below(pool.length - i);
          drawn.push(pool[j]);
          pool[j] = pool[pool.length - i - 1];
        }
      } else {
        const chosen = new Set<number>();
        for (let i = 0; i < count; i++) {
          let j = below(population.length);
          while (chosen.has(j)) j = below(population.length);
          chosen.add(j);
          drawn.push(population[j]);
        }
      }
      return drawn;
    },
  };
}
