import { type ClosureGraph, storePathName } from '../graph/closure-graph.ts';
import { computeClosureSizes } from '../graph/closure-sizes.ts';
import { stronglyConnectedComponents } from '../graph/components.ts';
import { references, referrers } from '../graph/reach.ts';
import { frontLayers } from '../plan/front-layers.ts';
import { type HierarchicalPlan, planFromHierarchy } from '../plan/hierarchy.ts';

/**
 * The layers of nixpkgs' dockerTools before `auto` (pkgs/build-support/references-by-popularity: closure-graph.py by
 * Graham Christensen; grahamc.com/blog/nix-and-layered-docker-images).
 *
 * The most popular paths each get a layer, and what the budget leaves over shares the last one. Equally popular paths
 * come by name.
 */
export function popularityContest(graph: ClosureGraph): HierarchicalPlan {
  const popularity = contestPopularity(graph);
  const keys = graph.paths.map(nameFirst);
  const order = Uint32Array.from(keys, (_, node) => node).sort(
    (a, b) => popularity[b] - popularity[a] || (keys[a] < keys[b] ? -1 : 1),
  );
  return planFromHierarchy('popularity-contest', graph, frontLayers(order));
}

/**
 * The original's popularity: for every way from a path that nothing refers to, one for its end and one for each path
 * before that end. Summed up, that is for each path the number of ways to it and to everything that depends on it,
 * which avoids walking them. A cycle, which the original cannot have, counts as one path. Counts beyond 2^53 are
 * rounded.
 */
export function contestPopularity(graph: ClosureGraph): Float64Array {
  const { offsets, targets } = references(graph);
  const { count, of } = stronglyConnectedComponents({ offsets, targets });
  const byDependants = Uint32Array.from(of, (_, node) => node).sort((a, b) => of[b] - of[a] || a - b);
  const isReferred = new Uint8Array(count);
  for (let node = 0; node < graph.size; node++) {
    for (let edge = offsets[node]; edge < offsets[node + 1]; edge++) {
      if (of[targets[edge]] !== of[node]) isReferred[of[targets[edge]]] = 1;
    }
  }
  const ways = Float64Array.from(isReferred, (referred) => (referred === 1 ? 0 : 1));
  for (const node of byDependants) {
    for (let edge = offsets[node]; edge < offsets[node + 1]; edge++) {
      if (of[targets[edge]] !== of[node]) ways[of[targets[edge]]] += ways[of[node]];
    }
  }
  // Each component's ways once: on its first node.
  const seen = new Uint8Array(count);
  const waysTo = Float64Array.from(of, (component) => {
    const first = seen[component] === 0;
    seen[component] = 1;
    return first ? ways[component] : 0;
  });
  return computeClosureSizes(referrers(graph), waysTo);
}

/** The name before the hash, as the original compares: `/nix/store/<hash>-hello-2.12` gives `hello-2.12-/nix/store/<hash>`. */
function nameFirst(path: string): string {
  const name = storePathName(path);
  return `${name}-${path.slice(0, path.length - name.length - 1)}`;
}
