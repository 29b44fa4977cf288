import { itemAt } from '../../../engine/graph/item-at.ts';
import { reachable } from '../../../engine/graph/reach.ts';
import type { BuildResult } from '../../../shared/contract/builds.ts';
import type { PackageClosure } from '../../../shared/contract/package-closures.ts';
import type { Closure } from '../../state/closure/analysis.ts';

/** Closures of the packages of a build, by the name in the document, or by attribute where every image gets them. */
export function builtClosures(
  build: BuildResult,
  { graph, references }: Closure,
): Map<string, PackageClosure> {
  const node = new Map(Array.from(graph.roots, (root) => [itemAt(graph.paths, root), root]));
  const roots = new Map<string, number[]>();
  for (const { asked, attribute, storePaths } of build.packages) {
    const name = asked ?? attribute;
    roots.set(name, [...(roots.get(name) ?? []), ...storePaths.flatMap((path) => node.get(path) ?? [])]);
  }
  const closures = new Map<string, PackageClosure>();
  for (const [name, starts] of roots) {
    const paths = Array.from(reachable(references, Uint32Array.from(starts)), (at) => {
      return [itemAt(graph.paths, at), { narBytes: itemAt(graph.narSizes, at), downloadBytes: 0 }] as const;
    });
    closures.set(name, { known: true, attribute: name, paths: new Map(paths), from: 'store' });
  }
  return closures;
}
