import { stronglyConnectedComponents } from './components.ts';
import type { Csr } from './csr.ts';

/** Components whose membership in closures is carried through the graph at a time, as one bit each. */
const BLOCK = 1024;
const BLOCK_WORDS = BLOCK / 32;

/**
 * Bytes of the closure of every node, each path counted once.
 *
 * Members of a cycle share one closure, so sums run over the condensation. A component with one successor adds its own
 * bytes to those of the successor, which makes chains linear. For those that branch, sets of reachable components travel as
 * bits from the sinks up, {@link BLOCK} at a time, and a table per byte turns bits into bytes: O(n² / 8) additions in
 * the worst case and O(n) memory.
 */
export function computeClosureSizes(csr: Csr, narSizes: Float64Array): Float64Array {
  const { count, of } = stronglyConnectedComponents(csr);
  const own = new Float64Array(count);
  for (let node = 0; node < of.length; node++) own[of[node]] += narSizes[node];
  const successors = condense(csr, of, count);
  const totals = sumReachable(successors, own);
  return narSizes.map((_, node) => totals[of[node]]);
}

/** Edges between components, each at most once. */
function condense({ offsets, targets }: Csr, of: Uint32Array, count: number): Csr {
  const members = new Uint32Array(of.length);
  const memberStarts = new Uint32Array(count + 1);
  for (const component of of) memberStarts[component + 1]++;
  for (let component = 0; component < count; component++)
    memberStarts[component + 1] += memberStarts[component];
  const next = memberStarts.slice(0, count);
  for (let node = 0; node < of.length; node++) members[next[of[node]]++] = node;

  const starts = new Uint32Array(count + 1);
  const successors = new Uint32Array(targets.length);
  // The last component that listed each component, so that none is listed twice. Numbers start at 1.
  const listedBy = new Uint32Array(count);
  let end = 0;
  for (let component = 0; component < count; component++) {
    listedBy[component] = component + 1;
    for (let at = memberStarts[component]; at < memberStarts[component + 1]; at++) {
      const node = members[at];
      for (let edge = offsets[node]; edge < offsets[node + 1]; edge++) {
        const successor = of[targets[edge]];
        if (listedBy[successor] === component + 1) continue;
        listedBy[successor] = component + 1;
        successors[end++] = successor;
      }
    }
    starts[component + 1] = end;
  }
  return { offsets: starts, targets: successors.slice(0, end) };
}

/** Sum of `own` over everything that a component reaches, itself included; successors have lower numbers. */
function sumReachable(successors: Csr, own: Float64Array): Float64Array {
  const { offsets, targets } = successors;
  const branching = sumReachableOfBranching(successors, own);
  const totals = own.slice();
  for (let component = 0; component < own.length; component++) {
    const first = offsets[component];
    const count = offsets[component + 1] - first;
    if (count > 1) totals[component] = branching[component];
    else if (count === 1) totals[component] += totals[targets[first]];
  }
  return totals;
}

/** The same for components with several successors, 0 for all others. */
function sumReachableOfBranching({ offsets, targets }: Csr, own: Float64Array): Float64Array {
  const count = own.length;
  const totals = new Float64Array(count);
  const branches = new Uint8Array(count);
  // What no branching component reaches needs no bits.
  const matters = new Uint8Array(count);
  for (let component = count - 1; component >= 0; component--) {
    if (offsets[component + 1] - offsets[component] > 1) branches[component] = matters[component] = 1;
    if (matters[component] === 0) continue;
    for (let edge = offsets[component]; edge < offsets[component + 1]; edge++) matters[targets[edge]] = 1;
  }

  const reached = new Uint32Array(count * BLOCK_WORDS);
  for (let first = 0; first < count; first += BLOCK) {
    const sums = byteSums(own, first);
    reached.fill(0, first * BLOCK_WORDS);
    for (let component = first; component < count; component++) {
      if (matters[component] === 0) continue;
      const row = component * BLOCK_WORDS;
      if (component < first + BLOCK) {
        const bit = component - first;
        reached[row + (bit >>> 5)] |= 1 << (bit & 31);
      }
      for (let edge = offsets[component]; edge < offsets[component + 1]; edge++) {
        // From below the block no way leads into it.
        if (targets[edge] < first) continue;
        const from = targets[edge] * BLOCK_WORDS;
        for (let word = 0; word < BLOCK_WORDS; word++) reached[row + word] |= reached[from + word];
      }
      if (branches[component] === 1) totals[component] += sumOfBits(reached, row, sums);
    }
  }
  return totals;
}

/** What the bits of one row stand for, by the tables of {@link byteSums}. */
function sumOfBits(reached: Uint32Array, row: number, sums: Float64Array): number {
  let sum = 0;
  for (let word = 0; word < BLOCK_WORDS; word++) {
    const bits = reached[row + word];
    if (bits === 0) continue;
    const table = word * 4 * 256;
    sum +=
      sums[table + (bits & 255)] +
      sums[table + 256 + ((bits >>> 8) & 255)] +
      sums[table + 512 + ((bits >>> 16) & 255)] +
      sums[table + 768 + (bits >>> 24)];
  }
  return sum;
}

/** For each byte of a block's bits, the sum of `own` over the set bits of each of its 256 values. */
function byteSums(own: Float64Array, first: number): Float64Array {
  const sums = new Float64Array((BLOCK / 8) * 256);
  for (let byte = 0; byte < BLOCK / 8; byte++) {
    for (let value = 1; value < 256; value++) {
      const lowest = 31 - Math.clz32(value & -value);
      const component = first + byte * 8 + lowest;
      sums[byte * 256 + value] = sums[byte * 256 + (value & (value - 1))] + (own[component] ?? 0);
    }
  }
  return sums;
}
