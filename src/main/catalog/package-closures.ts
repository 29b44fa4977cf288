import { basename } from 'node:path';
import { findPath } from '../../engine/graph/build.ts';
import { itemAt } from '../../engine/graph/item-at.ts';
import { reachable, references } from '../../engine/graph/reach.ts';
import type { PackageClosure, PathWeight } from '../../shared/contract/package-closures.ts';
import { StrataError, throwIfCancelled } from '../../shared/errors.ts';
import { withoutCredentials } from '../../shared/without-credentials.ts';
import { lookUpIn } from '../nix/look-up-names.ts';
import type { OpenSource } from '../nix/open-source.ts';
import { expandPackages, formatAttribute, type RequestedPackage } from '../nix/package-names.ts';
import { type ClosureInfo, closureInfo, validPaths } from './closure-info.ts';

export interface ClosureRequest {
  /** As in a document's `packages`. */
  readonly names: readonly string[];
  /** Packages that every image gets where the source has them. */
  readonly defaults?: readonly string[];
  readonly importArguments: Readonly<Record<string, unknown>>;
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
 * What packages bring along, without building or fetching them: the local store is asked first, then each substituter,
 * as `nix path-info --store URL` does.
 *
 * @returns for each of `names`, then for each of `defaults`
 * @throws StrataError where the source cannot be evaluated; Cancelled
 */
export async function packageClosures(
  source: OpenSource,
  request: ClosureRequest,
): Promise<PackageClosure[]> {
  const { wanted, refused } = await locate(source, request);
  const valid = await validPaths([...new Set(wanted.flatMap(({ paths }) => paths))], source.run);
  const local = wanted.filter(({ paths }) => paths.every((path) => valid.has(path)));
  const inStore = valid.size === 0 ? 'missing' : await closureInfo([...valid], source.run);
  const silent = new Set<string>();
  const remote = substitution(request.substituters, source, silent);

  const closures = new Map<string, PackageClosure>();
  for (const [done, entry] of wanted.entries()) {
    throwIfCancelled(source.run.signal);
    source.run.onEvent?.({ type: 'phase', phase: 'lookup', text: ASKING, done, total: wanted.length });
    const info = local.includes(entry) ? inStore : await remote(entry);
    if (entry.paths.length === 0) {
      closures.set(entry.name, { known: true, attribute: entry.name, paths: new Map(), from: 'store' });
    } else if (typeof info === 'string') {
      closures.set(entry.name, unknown(entry, request, silent));
    } else {
      const here = info === inStore ? null : await validPaths(info.graph.paths, source.run);
      closures.set(entry.name, closureOf(entry, info, here));
    }
  }
  return [...request.names, ...(request.defaults ?? [])].map(
    (name) =>
      closures.get(name) ?? {
        known: false,
        attribute: name,
        reason: refused.get(name) ?? 'It is not a package.',
      },
  );
}

async function locate(
  source: OpenSource,
  { names, defaults = [], importArguments }: ClosureRequest,
): Promise<{ readonly wanted: readonly Wanted[]; readonly refused: ReadonlyMap<string, string> }> {
  const refused = new Map<string, string>();
  const asked = [...new Set([...names, ...defaults])];
  const requested = asked.flatMap((name): RequestedPackage[] => {
    try {
      const isDefault = !names.includes(name);
      // As in a document: a name may stand for several packages, or for none.
      const { packages } = expandPackages([name], { cacert: false, ianaEtc: false });
      return packages.map((one) => ({ ...one, isDefault, optional: one.optional || isDefault }));
    } catch (error) {
      if (!(error instanceof StrataError)) throw error;
      refused.set(name, error.message);
      return [];
    }
  });
  const { answer, problems } = await lookUpIn(source, requested, importArguments);
  for (const problem of problems) refused.set(problem.requested, problem.message);
  const results = requested.map((one, index) => ({ ...one, result: answer.results[index] }));
  const wanted = asked.flatMap((name): Wanted[] => {
    if (refused.has(name)) return [];
    const found = results.flatMap(({ requested: of, result }) =>
      of === name && result?.type === 'package' ? [result] : [],
    );
    const [first] = found;
    const attribute = found.length === 1 && first ? formatAttribute(first.attribute) : name;
    return [{ name, attribute, paths: found.flatMap(({ outputs }) => outputs.map(({ path }) => path)) }];
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

/** @param here which of the paths the local store has; null where it has them all */
function closureOf(
  { attribute, paths }: Wanted,
  { graph, downloadBytes, from }: ClosureInfo,
  here: ReadonlySet<string> | null,
): PackageClosure {
  const roots = paths.map((path) => findPath(graph.paths, path)).filter((node) => node >= 0);
  const weights = new Map<string, PathWeight>();
  for (const node of reachable(references(graph), Uint32Array.from(roots))) {
    const path = itemAt(graph.paths, node);
    const download = here === null || here.has(path) ? 0 : (downloadBytes.get(basename(path)) ?? null);
    weights.set(path, { narBytes: itemAt(graph.narSizes, node), downloadBytes: download });
  }
  return { known: true, attribute, paths: weights, from };
}

function unknown(
  { attribute }: Wanted,
  { substituters }: ClosureRequest,
  silent: ReadonlySet<string>,
): PackageClosure {
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
