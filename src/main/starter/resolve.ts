import { NOT_FOR_IMAGES, UNDECLARED, UNNEEDED } from './adjustments.ts';
import { type Archive, resolveClause } from './apt/archive.ts';

/** Packages by name, each with the packages that it depends on directly, ascending. */
export type DependencyGraph = ReadonlyMap<string, readonly string[]>;

/**
 * Everything that the given packages depend on. A clause that nothing in the archive satisfies is dropped: such are
 * essential packages of other architectures and of the machine.
 */
export function resolveDependencies(archive: Archive, packages: Iterable<string>): DependencyGraph {
  const graph = new Map<string, string[]>();
  const queue = [...packages];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (graph.has(name)) continue;
    const dependencies = dependenciesOf(archive, name);
    graph.set(name, dependencies);
    for (const dependency of dependencies) queue.push(dependency);
  }
  return new Map([...graph].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function dependenciesOf(archive: Archive, name: string): string[] {
  const dependencies = new Set(UNDECLARED.get(name)?.filter((other) => archive.packages.has(other)));
  const unneeded = UNNEEDED.filter(([packages]) => packages.test(name));
  const isUnneeded = (other: string) =>
    NOT_FOR_IMAGES.has(other) || unneeded.some(([, dependencies]) => dependencies.test(other));
  for (const clause of archive.packages.get(name)?.dependencies ?? []) {
    if (clause.some(isUnneeded)) continue;
    const dependency = resolveClause(archive, clause);
    if (dependency !== undefined && dependency !== name) dependencies.add(dependency);
  }
  return [...dependencies].sort();
}
