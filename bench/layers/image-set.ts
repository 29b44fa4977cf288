import type { ClosureGraph } from '../../src/engine/graph/closure-graph.ts';
import type { PackageSet } from './data.ts';
import { type PythonRandom, pythonRandom } from './python-random.ts';

/** An image cut from a package set: its closure graph, and for each of its nodes the index in the set. */
export interface CutImage {
  readonly graph: ClosureGraph;
  readonly members: Uint32Array;
}

/** Images that share a package set, and the paths of the set whose updates are to be simulated. */
export interface ImageSet {
  readonly set: PackageSet;
  readonly seed: number;
  readonly images: readonly CutImage[];
  readonly events: readonly number[];
}

export interface CutOptions {
  readonly images?: number;
  readonly events?: number;
}

const NOT_AN_APPLICATION = /-(doc|dev|dbg|data|common|l10n)[-_]/;
const IN_EVERY_IMAGE = /^(bash|coreutils|ca-certificates|curl)-\d/;
const SMALLEST_CLOSURE = 15;
const LARGEST_CLOSURE = 250;

function closureOf(set: PackageSet, roots: readonly number[], limit = Number.POSITIVE_INFINITY): number[] {
  const seen = new Set(roots);
  const closure = [...seen];
  for (let i = 0; i < closure.length && closure.length <= limit; i++) {
    for (const reference of set.paths[closure[i]].references) {
      if (!seen.has(reference)) {
        seen.add(reference);
        closure.push(reference);
      }
    }
  }
  return closure;
}

function byPath(set: PackageSet): (a: number, b: number) => number {
  return (a, b) => (set.paths[a].path < set.paths[b].path ? -1 : 1);
}

/** The paths that an image may be made of: nothing refers to them, and their closure has 15 to 250 paths. */
export function applications(set: PackageSet): number[] {
  const referred = new Uint8Array(set.paths.length);
  for (const { references } of set.paths) for (const reference of references) referred[reference] = 1;
  const found: number[] = [];
  set.paths.forEach(({ name }, index) => {
    if (referred[index] === 1 || NOT_AN_APPLICATION.test(name)) return;
    const { length } = closureOf(set, [index], LARGEST_CLOSURE);
    if (length >= SMALLEST_CLOSURE && length <= LARGEST_CLOSURE) found.push(index);
  });
  return found.sort(byPath(set));
}

export function cutImage(set: PackageSet, roots: readonly number[]): CutImage {
  const members = Uint32Array.from(closureOf(set, roots).sort(byPath(set)));
  const nodeOf = new Map(Array.from(members, (index, node) => [index, node]));
  const rows = Array.from(members, (index) =>
    set.paths[index].references.map((reference) => nodeOf.get(reference) ?? 0).sort((a, b) => a - b),
  );
  const offsets = new Uint32Array(members.length + 1);
  rows.forEach((row, node) => {
    offsets[node + 1] = offsets[node] + row.length;
  });
  const paths = Array.from(members, (index) => set.paths[index]);
  return {
    members,
    graph: {
      size: members.length,
      paths: paths.map(({ path }) => path),
      narSizes: Float64Array.from(paths, ({ narSize }) => narSize),
      closureSizes: Float64Array.from(paths, ({ closureSize }) => closureSize),
      narHashes: paths.map(() => ''),
      offsets,
      references: Uint32Array.from(rows.flat()),
      selfReferences: new Uint32Array(0),
      roots: Uint32Array.from(new Set(roots), (root) => nodeOf.get(root) ?? 0),
    },
  };
}

/**
 * Cuts the images and draws the updates of one seed, exactly as `layer_eval.py GRAPH SEED` does: each image has the
 * base packages and one to three applications; updates are drawn from the paths that had one and are in an image.
 */
export function cutImages(
  set: PackageSet,
  candidates: readonly number[],
  seed: number,
  options: CutOptions = {},
): ImageSet {
  const random = pythonRandom(seed);
  const base: number[] = [];
  set.paths.forEach(({ name }, index) => {
    if (IN_EVERY_IMAGE.test(name)) base.push(index);
  });
  const images: CutImage[] = [];
  const used = new Set<number>();
  for (let i = 0; i < (options.images ?? 40); i++) {
    const count = random.choice([1, 1, 2, 3]);
    const image = cutImage(set, [...base, ...random.sample(candidates, count)]);
    for (const member of image.members) used.add(member);
    images.push(image);
  }
  return { set, seed, images, events: drawEvents(set, used, random, options.events) };
}

/** Draws updates from the paths that had one and are in an image. */
export function drawEvents(
  set: PackageSet,
  used: ReadonlySet<number>,
  random: PythonRandom,
  count = 25,
): readonly number[] {
  const updatable = [...used].filter((index) => set.updates.has(set.paths[index].name)).sort(byPath(set));
  return random.sample(updatable, Math.min(count, updatable.length));
}
