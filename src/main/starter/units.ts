import { DirectedGraph } from 'graphology';
import { stronglyConnectedComponents } from 'graphology-components';
import type { PackageDefinition } from './package-set.ts';
import type { DependencyGraph } from './resolve.ts';

/** Debian packages that become one derivation. */
export interface UnitMembers {
  /** The package that names the unit. */
  readonly head: string;
  readonly outputs: readonly { readonly name: string; readonly packages: readonly string[] }[];
  /** Heads of the units that this one depends on, ascending. */
  readonly dependencies: readonly string[];
  readonly definition: PackageDefinition | undefined;
}

interface Group {
  readonly definition: PackageDefinition;
  readonly head: string;
  /** Output of each member. */
  readonly members: ReadonlyMap<string, string>;
}

/**
 * Partitions the packages into units: declared groups first, then every cycle among those becomes one unit too, because
 * store paths that refer to each other cannot be built one after the other. Ascending by head.
 */
export function formUnits(
  dependencies: DependencyGraph,
  definitions: readonly PackageDefinition[],
): UnitMembers[] {
  const groups = definitions.flatMap((definition) => groupOf(dependencies, definition));
  const headOf = new Map<string, string>([...dependencies.keys()].map((name) => [name, name]));
  for (const group of groups) for (const member of group.members.keys()) headOf.set(member, group.head);
  mergeCycles(dependencies, headOf, new Set(groups.map(({ head }) => head)));

  const groupsByHead = new Map(groups.map((group) => [group.head, group]));
  const membersByHead = Map.groupBy(dependencies.keys(), (name) => headOf.get(name) ?? name);
  return [...membersByHead]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([head, members]) => ({
      head,
      outputs: outputsOf(head, members, groupsByHead.get(head)),
      dependencies: unitDependencies(head, members, dependencies, headOf),
      definition: groupsByHead.get(head)?.definition,
    }));
}

function groupOf(dependencies: DependencyGraph, definition: PackageDefinition): Group[] {
  const members = new Map<string, string>();
  for (const [output, wanted] of Object.entries(definition.outputs)) {
    for (const member of wanted) {
      const names =
        typeof member === 'string'
          ? [member].filter((name) => dependencies.has(name))
          : [...dependencies.keys()].filter((name) => member.test(name));
      for (const name of names) if (!members.has(name)) members.set(name, output);
    }
  }
  const head = headPackage(definition);
  return members.has(head) ? [{ definition, head, members }] : [];
}

/** The package that must exist for an attribute to exist, and that gives it version and description. */
export function headPackage(definition: PackageDefinition): string {
  const head = Object.values(definition.outputs)[0]?.[0];
  if (typeof head !== 'string') throw new Error(`${definition.attribute}: the first package must be a name.`);
  return head;
}

/** Gives all members of a cycle one head: that of a declared group if there is one, else the shortest name. */
function mergeCycles(
  dependencies: DependencyGraph,
  headOf: Map<string, string>,
  groupHeads: ReadonlySet<string>,
): void {
  const graph = new DirectedGraph();
  for (const head of headOf.values()) graph.mergeNode(head);
  for (const [name, itsDependencies] of dependencies) {
    for (const dependency of itsDependencies) graph.mergeEdge(headOf.get(name), headOf.get(dependency));
  }
  const mergedHead = new Map<string, string>();
  for (const component of stronglyConnectedComponents(graph)) {
    if (component.length < 2) continue;
    const [head] = component.toSorted(
      (a, b) =>
        Number(groupHeads.has(b)) - Number(groupHeads.has(a)) || a.length - b.length || (a < b ? -1 : 1),
    );
    for (const name of component) mergedHead.set(name, head ?? name);
  }
  for (const [name, head] of headOf) headOf.set(name, mergedHead.get(head) ?? head);
}

/** Packages that only a cycle brought in go to the output `out`, or to the only one. */
function outputsOf(
  head: string,
  members: readonly string[],
  group: Group | undefined,
): UnitMembers['outputs'] {
  if (!group) return [{ name: 'out', packages: [head, ...members.filter((name) => name !== head)] }];
  const names = Object.keys(group.definition.outputs);
  const fallback = names.includes('out') ? 'out' : names[0];
  return names
    .map((output) => ({
      name: output,
      packages: members.filter((name) => (group.members.get(name) ?? fallback) === output),
    }))
    .filter(({ packages }) => packages.length > 0);
}

function unitDependencies(
  head: string,
  members: readonly string[],
  dependencies: DependencyGraph,
  headOf: ReadonlyMap<string, string>,
): string[] {
  const heads = new Set(
    members.flatMap((name) => dependencies.get(name) ?? []).map((name) => headOf.get(name) ?? name),
  );
  heads.delete(head);
  return [...heads].sort();
}
