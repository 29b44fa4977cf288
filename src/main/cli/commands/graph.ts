import { Option } from 'commander';
import { dominatedSums, dominatorTree } from '../../../engine/dominators/dominator-tree.ts';
import {
  type ClosureGraph,
  type Popularity,
  pathsAt,
  storePathName,
} from '../../../engine/graph/closure-graph.ts';
import { itemAt } from '../../../engine/graph/item-at.ts';
import { nodePopularity } from '../../../engine/graph/popularity.ts';
import { entryNodes, references, referrers } from '../../../engine/graph/reach.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { readPopularityFile } from '../../planning/graph-file.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { type GraphOptions, graphInput } from '../composition.ts';
import { addCompositionOptions } from '../options.ts';
import { parseCount } from '../parse-count.ts';
import { addPopularityOption } from '../planning-options.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';

const SORTS = ['size', 'closure', 'dominated', 'referrers', 'name'] as const;

interface GraphCommandOptions extends GraphOptions {
  readonly pop?: string;
  readonly sort: (typeof SORTS)[number];
  readonly limit?: number;
  readonly format: 'table' | 'json' | 'dot';
}

/** What is known of a path, in bytes and numbers of paths. */
interface PathFacts {
  readonly path: string;
  readonly narBytes: number;
  readonly closureBytes: number;
  /** Of the path and all that only it keeps in the image. */
  readonly dominatedBytes: number;
  readonly referrers: number;
  readonly popularity: number;
  readonly isRoot: boolean;
  readonly references: readonly string[];
}

export const addGraphCommand: AddCommand = (program, run) => {
  const command = program
    .command('graph')
    .description('Show the closure graph: what every path weighs, keeps in the image and is needed by.')
    .argument('[spec]', 'a *.strata.json document')
    .option('--graph <file>', 'a closure graph in place of a document');
  addPopularityOption(addCompositionOptions(command))
    .addOption(new Option('--sort <column>', 'largest first').choices(SORTS).default('dominated'))
    .option('--limit <count>', 'most paths to show', parseCount)
    .addOption(new Option('--format <format>').choices(['table', 'json', 'dot']).default('table'))
    .action(run(graphCommand));
};

async function graphCommand(
  context: CommandContext,
  spec: string | undefined,
  options: GraphCommandOptions,
): Promise<undefined> {
  const { terminal } = context;
  const { pop } = options;
  const given = pop === undefined ? undefined : await readPopularityFile(pop, context.signal);
  const { graph, popularity } = await graphInput(context, spec, options);
  const facts = pathFacts(graph, given ?? popularity)
    .toSorted(comparators[options.sort])
    .slice(0, options.limit ?? Number.POSITIVE_INFINITY);
  if (options.format === 'json') {
    terminal.print(JSON.stringify(facts, null, 2));
  } else if (options.format === 'dot') {
    for (const line of dotLines(graph)) terminal.print(line);
  } else {
    for (const line of factsTable(facts, terminal.columns)) terminal.print(printable(line));
  }
  const bytes = graph.narSizes.reduce((sum, size) => sum + size, 0);
  terminal.note(
    `${count(graph.size, 'path')}, ${count(graph.references.length, 'reference')}, ${formatBytes(bytes)}`,
  );
  return undefined;
}

function pathFacts(graph: ClosureGraph, popularity: Popularity): PathFacts[] {
  const dominated = dominatedSums(dominatorTree(references(graph), entryNodes(graph)), graph.narSizes);
  const { offsets } = referrers(graph);
  const popular = nodePopularity(graph, popularity);
  const roots = new Set(graph.roots);
  return graph.paths.map((path, node) => ({
    path,
    narBytes: itemAt(graph.narSizes, node),
    closureBytes: itemAt(graph.closureSizes, node),
    dominatedBytes: itemAt(dominated, node),
    referrers: itemAt(offsets, node + 1) - itemAt(offsets, node),
    popularity: itemAt(popular, node),
    isRoot: roots.has(node),
    references: pathsAt(graph, graph.references.subarray(graph.offsets[node], graph.offsets[node + 1])),
  }));
}

const byPath = (a: PathFacts, b: PathFacts) => (a.path < b.path ? -1 : 1);
const comparators = {
  size: (a, b) => b.narBytes - a.narBytes || byPath(a, b),
  closure: (a, b) => b.closureBytes - a.closureBytes || byPath(a, b),
  dominated: (a, b) => b.dominatedBytes - a.dominatedBytes || byPath(a, b),
  referrers: (a, b) => b.referrers - a.referrers || byPath(a, b),
  name: (a, b) => {
    const [x, y] = [storePathName(a.path), storePathName(b.path)];
    return x === y ? byPath(a, b) : x < y ? -1 : 1;
  },
} as const satisfies Record<(typeof SORTS)[number], (a: PathFacts, b: PathFacts) => number>;

function factsTable(facts: readonly PathFacts[], width: number): string[] {
  return formatTable(
    [
      { title: 'size', align: 'right' },
      { title: 'closure', align: 'right' },
      { title: 'dominated', align: 'right' },
      { title: 'referrers', align: 'right' },
      { title: 'path' },
    ],
    facts.map((fact) => [
      formatBytes(fact.narBytes),
      formatBytes(fact.closureBytes),
      formatBytes(fact.dominatedBytes),
      String(fact.referrers),
      `${storePathName(fact.path)}${fact.isRoot ? ' (asked for)' : ''}`,
    ]),
    width,
  );
}

/** For Graphviz. Names may stand for several paths, so nodes are numbered. */
function dotLines(graph: ClosureGraph): string[] {
  const edges: string[] = [];
  for (let node = 0; node < graph.size; node += 1) {
    for (const target of graph.references.subarray(graph.offsets[node], graph.offsets[node + 1])) {
      edges.push(`  n${node} -> n${target};`);
    }
  }
  return [
    'digraph closure {',
    '  rankdir = LR; node [shape = box];',
    ...graph.paths.map((path, node) => `  n${node} [label = ${JSON.stringify(storePathName(path))}];`),
    ...edges,
    '}',
  ];
}
