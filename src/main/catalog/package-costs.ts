import { basename } from 'node:path';
import { findPath } from '../../engine/graph/build.ts';
import type { ClosureGraph } from '../../engine/graph/closure-graph.ts';
import { itemAt } from '../../engine/graph/item-at.ts';
import { reachable, references } from '../../engine/graph/reach.ts';
import type { PackageCost } from '../../shared/contract/catalog.ts';
import { StrataError, throwIfCancelled } from '../../shared/errors.ts';
import { withoutCredentials } from '../../shared/without-credentials.ts';
import { lookUpIn } from '../nix/look-up-names.ts';
import type { OpenSource } from '../nix/open-source.ts';
import { formatAttribute, parseAttribute, type RequestedPackage } from '../nix/package-names.ts';
import { type ClosureInfo, closureInfo, validPaths } from './closure-info.ts';

export interface CostRequest {
  /** As in a document's `packages`. */
  readonly names: readonly string[];
  readonly importArguments: Readonly<Record<string, unknown>>;
  /** Store paths that are in the image already. */
  readonly present: ReadonlySet<string>;
  /** Where to ask for what the local store does not have, in order. */
  readonly substituters: readonly string[];
}

const ASKING = 'Asking the store and the binary caches for sizes';

interface Wanted {
  readonly name: string;
  readonly attribute: string;
  readonly paths: readonly string[];
}

/**
 * What packages would add to an image, without building or fetching them: the local store is asked first, then each
 * substituter, as `nix path-info --store URL` does.
 *
 * @throws StrataError where the source cannot be evaluated; Cancelled
 */
export async function packageCosts(source: OpenSource, request: CostRequest): Promise<PackageCost[]> {
  const { wanted, refused } = await locate(source, request);
  const valid = await validPaths([...new Set(wanted.flatMap(({ paths }) => paths))], source.run);
  const local = wanted.filter(({ paths }) => paths.every((path) => valid.has(path)));
  const inStore = local.length === 0 ? 'missing' : await closureInfo([...valid], source.run);
  const silent = new Set<string>();
  const remote = substitution(request.substituters, source, silent);

  const costs = new Map<string, PackageCost>();
  for (const [done, entry] of wanted.entries()) {
    throwIfCancelled(source.run.signal);
    source.run.onEvent?.({ type: 'phase', phase: 'lookup', text: ASKING, done, total: wanted.length });
    const info = local.includes(entry) ? inStore : await remote(entry);
    if (typeof info === 'string') {
      costs.set(entry.name, unknown(entry, request, silent));
    } else {
      const here = info === inStore ? valid : await validPaths(info.graph.paths, source.run);
      costs.set(entry.name, costOf(entry, info, request.present, here));
    }
  }
  return request.names.map(
    (name) =>
      costs.get(name) ?? {
        known: false,
        attribute: name,
        reason: refused.get(name) ?? 'It is not a package.',
      },
  );
}

async function locate(
  source: OpenSource,
  { names, importArguments }: CostRequest,
): Promise<{ readonly wanted: readonly Wanted[]; readonly refused: ReadonlyMap<string, string> }> {
  const refused = new Map<string, string>();
  const requested = [...new Set(names)].flatMap((name): RequestedPackage[] => {
    try {
      const segments = parseAttribute(name);
      return [{ requested: name, source: null, segments, optional: false, isDefault: false }];
    } catch (error) {
      if (!(error instanceof StrataError)) throw error;
      refused.set(name, error.message);
      return [];
    }
  });
  const { answer, problems } = await lookUpIn(source, requested, importArguments);
  for (const problem of problems) refused.set(problem.requested, problem.message);
  const wanted = requested.flatMap(({ requested: name }, index): Wanted[] => {
    const result = answer.results[index];
    if (result?.type !== 'package') return [];
    const attribute = formatAttribute(result.attribute);
    return [{ name, attribute, paths: result.outputs.map(({ path }) => path) }];
  });
  return { wanted, refused };
}

/** Asks one substituter after another; one that does not answer is not asked again. */
function substitution(substituters: readonly string[], { run }: OpenSource, silent: Set<string>) {
  return async ({ paths }: Wanted): Promise<ClosureInfo | 'missing'> => {
    for (const url of substituters) {
      if (silent.has(url)) continue;
      const info = await closureInfo(paths, run, url);
      if (info === 'unreachable') silent.add(url);
      else if (info !== 'missing') return info;
    }
    return 'missing';
  };
}

function costOf(
  { attribute, paths }: Wanted,
  { graph, downloadBytes, from }: ClosureInfo,
  present: ReadonlySet<string>,
  here: ReadonlySet<string>,
): PackageCost {
  const nodes = closureOf(graph, paths);
  const added = nodes.filter((node) => !present.has(itemAt(graph.paths, node)));
  const isLocal = from === 'store';
  const downloads = added
    .map((node) => itemAt(graph.paths, node))
    .filter((path) => !here.has(path))
    .map((path) => downloadBytes.get(basename(path)));
  return {
    known: true,
    attribute,
    newPaths: added.length,
    newBytes: bytesOf(graph, added),
    closurePaths: nodes.length,
    closureBytes: bytesOf(graph, nodes),
    downloadBytes: isLocal ? 0 : sumOrNull(downloads),
    from,
  };
}

function closureOf(graph: ClosureGraph, paths: readonly string[]): number[] {
  const roots = paths.map((path) => findPath(graph.paths, path)).filter((node) => node >= 0);
  return [...reachable(references(graph), Uint32Array.from(roots))];
}

function bytesOf(graph: ClosureGraph, nodes: readonly number[]): number {
  return nodes.reduce((sum, node) => sum + itemAt(graph.narSizes, node), 0);
}

function sumOrNull(sizes: readonly (number | undefined)[]): number | null {
  return sizes.reduce<number | null>(
    (sum, size) => (sum === null || size === undefined ? null : sum + size),
    0,
  );
}

function unknown(
  { attribute }: Wanted,
  { substituters }: CostRequest,
  silent: ReadonlySet<string>,
): PackageCost {
  const clause = (urls: readonly string[], what: string): string =>
    urls.length === 0 ? '' : `, ${urls.map(withoutCredentials).join(' and ')} ${what}`;
  const lacking = clause(
    substituters.filter((url) => !silent.has(url)),
    'did not have it',
  );
  const unreached = clause([...silent], 'did not answer');
  return {
    known: false,
    attribute,
    reason: `It is not in the local store${lacking}${unreached}: its size is known once it has been built.`,
  };
}
