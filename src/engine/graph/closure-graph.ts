import { itemAt } from './item-at.ts';

/**
 * A runtime closure graph in compressed sparse row form: one typed array a property, no object a node.
 *
 * Nodes are numbered in ascending order of their store path (UTF-16 code units), whatever the order of the input, so
 * that everything computed from node numbers is deterministic.
 */
export interface ClosureGraph {
  /** Number of nodes. */
  readonly size: number;
  /** Store path of each node, ascending. */
  readonly paths: readonly string[];
  /** Bytes of each node's NAR serialisation. */
  readonly narSizes: Float64Array;
  /** Bytes of the closure of each node, the node included, each path counted once. */
  readonly closureSizes: Float64Array;
  /** NAR hash of each node as the source wrote it (`sha256:…` in base32, or SRI), or the empty string. */
  readonly narHashes: readonly string[];
  /** Row starts into `references`, length `size + 1`. */
  readonly offsets: Uint32Array;
  /** Nodes that each node refers to, ascending within a row; self-references are dropped, cycles are legal. */
  readonly references: Uint32Array;
  /** Nodes that refer to themselves, ascending: planning has no use for it, Nix's database has. */
  readonly selfReferences: Uint32Array;
  /** The requested paths in the order in which they were asked for, without repetition. */
  readonly roots: Uint32Array;
}

const HASH_LENGTH = 32;

/**
 * The name part of a store path: `/nix/store/<32 characters>-hello-2.12` gives `hello-2.12`. A string of any other
 * form is returned from its last slash on.
 */
export function storePathName(path: string): string {
  const base = path.lastIndexOf('/') + 1;
  const dash = path.indexOf('-', base);
  return path.slice(dash === base + HASH_LENGTH && dash + 1 < path.length ? dash + 1 : base);
}

/** Popularity by store path name (without hash): how many packages of the package set depend on it directly. */
export type Popularity = Readonly<Record<string, number>>;

/** Counts of several package sets as of one that has all their packages. */
export function mergePopularity(counts: readonly Popularity[]): Popularity {
  const [first = {}, ...others] = counts;
  if (others.length === 0) return first;
  const sums = new Map<string, number>();
  for (const [name, count] of counts.flatMap((each) => Object.entries(each)))
    sums.set(name, (sums.get(name) ?? 0) + count);
  return Object.fromEntries(sums);
}

/** Store paths of nodes, in the order of the nodes. */
export function pathsAt({ paths }: Pick<ClosureGraph, 'paths'>, nodes: ArrayLike<number>): string[] {
  return Array.from(nodes, (node) => itemAt(paths, node));
}
