import type { Popularity } from '../../engine/graph/closure-graph.ts';
import { type Archive, resolveClause } from './apt/archive.ts';
import type { Debset } from './debset.ts';

/**
 * How many packages of the whole archive depend directly on each output of the set, by the output's store path name
 * without hash. An output counts every package outside its unit once. Counts below 2 are left out: a planner takes 1
 * for what it does not find.
 */
export function countDependents(archive: Archive, debset: Debset): Popularity {
  const dependents = dependentsOf(archive, packagesOf(debset));
  const popularity: Record<string, number> = {};
  for (const unit of Object.values(debset.units)) {
    const members = new Set(unit.outputs.flatMap(({ debs }) => debs.map((deb) => deb.package)));
    for (const output of unit.outputs) {
      const outside = new Set<string>();
      for (const deb of output.debs) {
        for (const name of dependents.get(deb.package) ?? []) if (!members.has(name)) outside.add(name);
      }
      const key = outputStoreName(unit.name, output.name);
      if (outside.size > 1) popularity[key] = outside.size;
    }
  }
  return Object.fromEntries(Object.entries(popularity).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Nix appends the output's name to that of every store path but `out`. */
function outputStoreName(name: string, output: string): string {
  return output === 'out' ? name : `${name}-${output}`;
}

function packagesOf(debset: Debset): Set<string> {
  const units = Object.values(debset.units);
  return new Set(
    units.flatMap(({ outputs }) => outputs.flatMap(({ debs }) => debs.map((deb) => deb.package))),
  );
}

function dependentsOf(archive: Archive, wanted: ReadonlySet<string>): Map<string, string[]> {
  const dependents = new Map<string, string[]>([...wanted].map((name) => [name, []]));
  for (const { name, dependencies } of archive.packages.values()) {
    for (const clause of dependencies) {
      const dependency = resolveClause(archive, clause);
      if (dependency !== undefined) dependents.get(dependency)?.push(name);
    }
  }
  return dependents;
}
