import type { BuildResult } from '../../../shared/contract/builds.ts';
import { freedBytes } from '../../inspect/package-of.ts';
import type { Closure } from '../../state/closure/analysis.ts';

/**
 * What each package of a build adds to the image, by the name in the document: the bytes that would go if it alone were
 * taken out.
 */
export function addedBytes(build: BuildResult, closure: Closure): Map<string, number> {
  const node = new Map([...closure.graph.roots].map((root) => [closure.graph.paths[root], root]));
  const added = new Map<string, number>();
  for (const { asked, storePaths } of build.packages) {
    if (asked === null) continue;
    const roots = storePaths.flatMap((path) => node.get(path) ?? []);
    added.set(asked, freedBytes(closure, new Set(roots)));
  }
  return added;
}
