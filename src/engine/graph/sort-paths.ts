import { argsort } from './argsort.ts';
import type { Gathered } from './byte-strings.ts';

/** ASCII characters whose codes fit one after the other into the 53 bits of a whole double. */
const KEY_CHARACTERS = 7;

/**
 * Positions of `paths` in ascending order of UTF-16 code units. The paths are all different.
 *
 * Store paths differ right after the store directory, in the first characters of their hash, so a number made of those
 * orders nearly all of them. Where it does not, because paths are alike for longer or not ASCII, comparison does.
 *
 * @param exactKeys such numbers of paths that are known to be ASCII and in one store: see {@link sortKeys}
 */
export function sortPaths(paths: readonly string[], exactKeys?: Float64Array): Uint32Array {
  const order = argsort(exactKeys ?? keysOf(paths));
  for (let at = 1; at < order.length; at++) {
    const [before, after] = [order[at - 1], order[at]];
    if (exactKeys !== undefined && exactKeys[before] !== exactKeys[after]) continue;
    if (paths[before] > paths[after]) return order.sort((a, b) => (paths[a] < paths[b] ? -1 : 1));
  }
  return order;
}

function keysOf(paths: readonly string[]): Float64Array {
  const start = paths.length === 0 ? 0 : paths[0].lastIndexOf('/') + 1;
  const keys = new Float64Array(paths.length);
  for (let position = 0; position < paths.length; position++) {
    // Past the end the code is NaN, which counts as 0 and so puts a shorter path before a longer one.
    for (let at = start; at < start + KEY_CHARACTERS; at++) {
      keys[position] = keys[position] * 128 + (paths[position].charCodeAt(at) & 127);
    }
  }
  return keys;
}

/** The same numbers of ASCII paths as bytes, which are alike up to `start` and longer than what is looked at. */
export function sortKeys({ bytes, offsets }: Gathered, start: number): Float64Array {
  const keys = new Float64Array(offsets.length - 1);
  for (let path = 0; path < keys.length; path++) {
    const first = offsets[path] + start;
    for (let at = first; at < first + KEY_CHARACTERS; at++) keys[path] = keys[path] * 128 + bytes[at];
  }
  return keys;
}
