import fc from 'fast-check';

/** A closure graph as plain data, for properties: nodes are numbers, store paths are made of `hashes` and `names`. */
export interface PlainGraph {
  readonly paths: readonly string[];
  readonly narSizes: readonly number[];
  /** References of each node: cycles, self-references and repetitions are among them. */
  readonly references: readonly (readonly number[])[];
  readonly roots: readonly number[];
}

const NIX_BASE32 = '0123456789abcdfghijklmnpqrsvwxyz';

const hash = fc
  .array(fc.constantFrom(...NIX_BASE32), { minLength: 32, maxLength: 32 })
  .map((characters) => characters.join(''));

/** Graphs of up to `maxNodes` nodes, every one of which is reached from the roots. */
export function arbitraryGraph(maxNodes = 12): fc.Arbitrary<PlainGraph> {
  return fc.uniqueArray(hash, { maxLength: maxNodes }).chain((hashes) => {
    const node = fc.nat({ max: Math.max(0, hashes.length - 1) });
    const each = <T>(value: fc.Arbitrary<T>) =>
      fc.array(value, { minLength: hashes.length, maxLength: hashes.length });
    return fc
      .record({
        names: each(fc.constantFrom('bash-5.2', 'glibc-2.36', 'openssl-3.0', 'a', 'x-1.0-bin')),
        narSizes: each(fc.nat({ max: 1_000_000 })),
        references: each(fc.array(node, { maxLength: 4 })),
        asked: hashes.length === 0 ? fc.constant([]) : fc.array(node, { maxLength: 3 }),
      })
      .map(({ names, narSizes, references, asked }) => {
        const paths = hashes.map((digits, index) => `/nix/store/${digits}-${names[index]}`);
        return { paths, narSizes, references, roots: coveringRoots(references, asked) };
      });
  });
}

/** `asked`, and whatever it does not reach. */
function coveringRoots(references: PlainGraph['references'], asked: readonly number[]): number[] {
  const roots = [...new Set(asked)];
  for (let node = 0; node < references.length; node++) {
    if (!naiveReach(references, roots).has(node)) roots.push(node);
  }
  return roots;
}

/** What can be reached from `starts` without entering `avoided`. */
export function naiveReach(
  references: PlainGraph['references'],
  starts: readonly number[],
  avoided?: number,
): Set<number> {
  const reached = new Set(starts.filter((start) => start !== avoided));
  // A set grows while it is iterated over.
  for (const node of reached) {
    for (const target of references[node] ?? []) if (target !== avoided) reached.add(target);
  }
  return reached;
}

/** The graph as `.attrs.json` has it, with its records in the given order. Closure sizes are left out. */
export function attrsOf(graph: PlainGraph, order: readonly number[] = [...graph.paths.keys()]) {
  return {
    exportReferencesGraph: { graph: graph.roots.map((root) => graph.paths[root]) },
    graph: order.map((node) => ({
      path: graph.paths[node],
      narSize: graph.narSizes[node],
      references: (graph.references[node] ?? []).map((target) => graph.paths[target]),
    })),
  };
}

/** The same graph, twice, with its records and their references in another order the second time. */
export function arbitraryShuffle(maxNodes?: number) {
  return arbitraryGraph(maxNodes).chain((graph) =>
    fc.record({
      graph: fc.constant(graph),
      shuffled: fc
        .tuple(
          fc.shuffledSubarray([...graph.paths.keys()], { minLength: graph.paths.length }),
          fc.tuple(
            ...graph.references.map((row) => fc.shuffledSubarray([...row], { minLength: row.length })),
          ),
        )
        .map(([order, references]) => attrsOf({ ...graph, references }, order)),
    }),
  );
}
