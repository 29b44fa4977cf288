import { type ClosureGraph, pathsAt, storePathName } from '../../../engine/graph/closure-graph.ts';
import { itemAt } from '../../../engine/graph/item-at.ts';
import { enumerateChains, whyDepends } from '../../../engine/graph/why-depends.ts';
import { StrataError } from '../../../shared/errors.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { nearestNames } from '../../nix/nearest-names.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { type GraphOptions, graphInput } from '../composition.ts';
import { addCompositionOptions } from '../options.ts';
import { printable } from '../printable.ts';

interface WhyOptions extends GraphOptions {
  readonly all?: true;
  readonly json?: true;
}

/** Chains multiply: a well connected path has millions. */
const MOST_CHAINS = 100;

export const addWhyCommand: AddCommand = (program, run) => {
  const command = program
    .command('why')
    .description('Say why a path is in an image: the shortest chain of references from a package asked for.')
    .argument('<path>', 'a store path, or the name of one with or without its version')
    .argument('[spec]', 'a *.strata.json document')
    .option('--graph <file>', 'a closure graph in place of a document');
  addCompositionOptions(command)
    .option('--all', `all shortest chains, ${MOST_CHAINS} at most`)
    .option('--json', 'print the chains as JSON')
    .action(run(why));
};

async function why(
  context: CommandContext,
  wanted: string,
  spec: string | undefined,
  options: WhyOptions,
): Promise<undefined> {
  const { terminal } = context;
  const { graph } = await graphInput(context, spec, options);
  const answers = whyDepends(graph);
  const results = nodesNamed(graph, wanted).map((node) => {
    const { count: total } = answers.shortestChains(node);
    const chains = options.all
      ? [...enumerateChains(answers.shortestChains(node)).take(MOST_CHAINS)]
      : [Array.from(answers.shortestChain(node))];
    return { node, total, chains };
  });
  if (options.json) {
    const report = results.map(({ node, total, chains }) => ({
      path: itemAt(graph.paths, node),
      shortestChains: total,
      chains: chains.map((chain) => pathsAt(graph, chain)),
    }));
    terminal.print(JSON.stringify(report, null, 2));
    return undefined;
  }
  for (const { node, total, chains } of results) {
    terminal.print(printable(itemAt(graph.paths, node)));
    for (const chain of chains) for (const line of chainLines(graph, chain)) terminal.print(printable(line));
    if (total > chains.length) {
      const further = `${total - chains.length} more shortest ${total - chains.length === 1 ? 'chain' : 'chains'}`;
      terminal.note(options.all ? `… and ${further}` : `… and ${further}; --all shows them`);
    }
  }
  return undefined;
}

function chainLines(graph: ClosureGraph, chain: readonly number[]): string[] {
  return chain.map((node, depth) => {
    const arrow = depth === 0 ? '  ' : `  ${'   '.repeat(depth - 1)}└─ `;
    return `${arrow}${storePathName(itemAt(graph.paths, node))}  ${formatBytes(itemAt(graph.narSizes, node))}`;
  });
}

/** The nodes with that store path, name, or name without version. */
function nodesNamed(graph: ClosureGraph, wanted: string): number[] {
  const names = graph.paths.map(storePathName);
  for (const same of [graph.paths, names, names.map(withoutVersion)]) {
    const found = same.flatMap((name, node) => (name === wanted ? [node] : []));
    if (found.length > 0) return found;
  }
  const near = nearestNames(wanted, [...new Set(names.map(withoutVersion))]);
  throw new StrataError('usage', `${wanted} is not in the closure of ${count(graph.size, 'path')}.`, {
    hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : '`strata graph` lists what is in it.',
  });
}

/** `openssl-3.0.13-bin` is `openssl`: a version begins at the first dash with a digit behind it (builtins.parseDrvName). */
function withoutVersion(name: string): string {
  return name.replace(/-\d.*$/, '');
}
