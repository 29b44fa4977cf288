import { argsort } from './argsort.ts';

/** ASCII characters whose codes fit one after the other into the 53 bits of a whole double. */
const KEY_CHARACTERS = 7;

/**
 * Positions of `paths` in ascending order of UTF-16 code units. The paths are all different.
 *
 * Store paths differ right after the store directory, in the first characters of their hash, so a number made of those
 * orders nearly all of them. Where it does not, because paths are alike for longer or not ASCII, comparison does.
 */
export function sortPaths(paths: readonly string[]): Uint32Array {
  const shared = paths.length === 0 ? 0 : paths[0].lastIndexOf('/') + 1;
  const keys = new Float64Array(paths.length);
  for (let position = 0; position < paths.length; position++) keys[position] = keyOf(paths[position], shared);
  const order = argsort(keys);
  for (let at = 1; at < order.length; at++) {
    if (paths[order[at - 1]] > paths[order[at]]) {
      return order.sort((a, b) => (paths[a] < paths[b] ? -1 : 1));
    }
  }
  return order;
}

function keyOf(path: string, start: number): number {
  let key = 0;
  // Past the end the code is NaN, which counts as 0 and so puts a shorter path before a longer one.
  for (let at = start; at < start + KEY_CHARACTERS; at++) key = key * 128 + (path.charCodeAt(at) & 127);
  return key;
}
