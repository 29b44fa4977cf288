import { neighbours } from '../../engine/graph/csr.ts';
import { itemAt } from '../../engine/graph/item-at.ts';
import type { BuildResult } from '../../shared/contract/builds.ts';
import type { Closure } from '../state/closure/analysis.ts';

/** A package of the document that a root of the closure belongs to. */
export interface AskedPackage {
  /** As the document names it; null for one that every image gets. */
  readonly asked: string | null;
  readonly title: string;
}

/** Which package each root comes from. */
export function rootPackages(
  build: BuildResult,
  { graph, names }: Closure,
): ReadonlyMap<number, AskedPackage> {
  const byPath = new Map<string, AskedPackage>();
  for (const { asked, attribute, storePaths } of build.packages) {
    for (const path of storePaths) byPath.set(path, { asked, title: asked ?? attribute });
  }
  return new Map(
    [...graph.roots].map((root) => {
      const known = byPath.get(itemAt(graph.paths, root));
      return [root, known ?? { asked: null, title: itemAt(names, root) }];
    }),
  );
}

/** Bytes that go when packages are removed: what no other root leads to. */
export function freedBytes({ graph, references }: Closure, removed: ReadonlySet<number>): number {
  const kept = new Uint8Array(graph.size);
  const queue = [...graph.roots].filter((root) => !removed.has(root));
  for (const root of queue) kept[root] = 1;
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    for (const next of neighbours(references, node)) {
      if (kept[next] === 1) continue;
      kept[next] = 1;
      queue.push(next);
    }
  }
  return graph.narSizes.reduce((sum, size, node) => (kept[node] === 0 ? sum + size : sum), 0);
}
