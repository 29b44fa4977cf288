import { basename } from 'node:path';
import { z } from 'zod';
import type { ClosureGraph } from '../../engine/graph/closure-graph.ts';
import { readPathInfo } from '../../engine/graph/path-info.ts';
import { Cancelled, StrataError } from '../../shared/errors.ts';
import { withoutCredentials } from '../../shared/without-credentials.ts';
import { pathInfoJson } from '../nix/path-info.ts';
import { type NixRunContext, runNix } from '../nix/run.ts';

/** The closure of some paths, as a store describes it. */
export interface ClosureInfo {
  readonly graph: ClosureGraph;
  /** Compressed bytes of each path, in a store that is a binary cache. */
  readonly downloadBytes: ReadonlyMap<string, number>;
  /** Where it was found: `store`, or the URL of a substituter, without credentials. */
  readonly from: string;
}

const recordsSchema = z.array(
  z.object({ path: z.string(), downloadSize: z.number().optional().catch(undefined) }),
);

/** A question about one package is not worth the minutes that Nix waits for a cache when it builds. */
const QUICKLY = [
  ['connect-timeout', '3'],
  ['download-attempts', '1'],
] as const;

/** Those of the paths that the local store has. */
export async function validPaths(paths: readonly string[], context: NixRunContext): Promise<Set<string>> {
  if (paths.length === 0) return new Set();
  const { stdout } = await runNix(
    { program: 'nix-store', args: ['--check-validity', '--print-invalid', ...paths] },
    context,
  );
  const invalid = new Set(stdout.split('\n'));
  return new Set(paths.filter((path) => !invalid.has(path)));
}

/**
 * The closure of paths as a store knows it, without fetching them.
 *
 * @param store URL of a substituter; the local store where it is left out
 * @returns `missing` where the store does not have them all, `unreachable` where it does not answer
 */
export async function closureInfo(
  paths: readonly string[],
  context: NixRunContext,
  store?: string,
): Promise<ClosureInfo | 'missing' | 'unreachable'> {
  try {
    const quickly =
      store === undefined ? context : { ...context, settings: [...context.settings, ...QUICKLY] };
    const json = await pathInfoJson(paths, quickly, store);
    return {
      graph: readPathInfo(json, { roots: paths }),
      downloadBytes: downloadSizes(json),
      from: store === undefined ? 'store' : withoutCredentials(store),
    };
  } catch (error) {
    if (error instanceof Cancelled || (error instanceof StrataError && error.code === 'nix-missing'))
      throw error;
    return error instanceof StrataError && error.code === 'network' ? 'unreachable' : 'missing';
  }
}

/** By base name. A store that is no binary cache says nothing of downloads. */
function downloadSizes(json: unknown): Map<string, number> {
  const records = recordsSchema.safeParse(Array.isArray(json) ? json : keyedRecords(json));
  return new Map(
    (records.data ?? []).flatMap(({ path, downloadSize }) =>
      downloadSize === undefined ? [] : [[basename(path), downloadSize]],
    ),
  );
}

/** The shapes of {@link readPathInfo} that are keyed by path or base name. */
function keyedRecords(json: unknown): unknown[] {
  if (!isRecord(json)) return [];
  return Object.entries(isRecord(json.info) ? json.info : json).map(([path, value]) => ({
    ...(isRecord(value) ? value : {}),
    path,
  }));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
