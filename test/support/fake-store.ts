import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClosureGraph } from '../../src/engine/graph/closure-graph.ts';

/** What to put at a path: text or bytes, an executable, a link, a directory. */
export type FakeNode =
  | string
  | Buffer
  | { readonly executable: string | Buffer }
  | { readonly link: string }
  | { readonly directory: Readonly<Record<string, FakeNode>> };

/** A directory that looks like a Nix store, with modes as Nix keeps them. */
export interface FakeStore {
  /** The directory that holds the store, for anything else that a test needs. */
  readonly root: string;
  /** Makes a store path. The hash in its name is that of the name. */
  add(name: string, node: FakeNode | Readonly<Record<string, FakeNode>>): string;
  remove(): void;
}

export function fakeStore(): FakeStore {
  const root = mkdtempSync(join(tmpdir(), 'strata-store-'));
  const store = join(root, 'nix', 'store');
  mkdirSync(store, { recursive: true });
  return {
    root,
    add(name, node) {
      const hash = createHash('sha256').update(name).digest('hex').slice(0, 32);
      const path = join(store, `${hash}-${name}`);
      write(path, isNode(node) ? node : { directory: node });
      return path;
    },
    remove() {
      execFileSync('chmod', ['-R', 'u+w', root]);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function isNode(node: FakeNode | Readonly<Record<string, FakeNode>>): node is FakeNode {
  if (typeof node === 'string' || Buffer.isBuffer(node)) return true;
  const [only, ...others] = Object.keys(node);
  return others.length === 0 && (only === 'executable' || only === 'link' || only === 'directory');
}

function write(path: string, node: FakeNode): void {
  if (typeof node === 'string' || Buffer.isBuffer(node)) {
    writeFileSync(path, node);
    chmodSync(path, 0o444);
  } else if ('executable' in node) {
    writeFileSync(path, node.executable);
    chmodSync(path, 0o555);
  } else if ('link' in node) {
    symlinkSync(node.link, path);
  } else {
    mkdirSync(path);
    for (const [name, child] of Object.entries(node.directory)) write(join(path, name), child);
    chmodSync(path, 0o555);
  }
}

/** A closure graph of paths without references; the hashes are made up from the names. */
export function graphOf(
  paths: readonly string[],
  sizeBytes: (path: string) => number = () => 1000,
): ClosureGraph {
  const sorted = paths.toSorted();
  const sizes = Float64Array.from(sorted, sizeBytes);
  return {
    size: sorted.length,
    paths: sorted,
    narSizes: sizes,
    closureSizes: sizes,
    narHashes: sorted.map((path) => `sha256:${createHash('sha256').update(path).digest('hex')}`),
    offsets: new Uint32Array(sorted.length + 1),
    references: new Uint32Array(0),
    selfReferences: new Uint32Array(0),
    roots: Uint32Array.from(sorted.keys()),
  };
}

/** One layer a group of paths of the graph. */
export function layersOf(graph: ClosureGraph, groups: readonly (readonly string[])[]) {
  return groups.map((group) => {
    const nodes = Uint32Array.from(group, (path) => graph.paths.indexOf(path)).sort();
    return { nodes, sizeBytes: nodes.reduce((sum, node) => sum + (graph.narSizes[node] ?? 0), 0) };
  });
}
