import type { Popularity } from '../../engine/graph/closure-graph.ts';
import { countPopularity, type StorePathReferences } from '../../engine/plan/count-popularity.ts';
import { StrataError } from '../../shared/errors.ts';
import { detectNix } from '../nix/environment.ts';
import { runNix } from '../nix/run.ts';

export interface StoreCount {
  readonly popularity: Popularity;
  readonly counted: number;
}

/**
 * Counts popularity over the paths of the local Nix store: how many others refer to each. Derivations are no packages
 * and count for nothing.
 *
 * @throws StrataError `nix-missing` or `nix-failed`; Cancelled.
 */
export async function popularityFromStore(
  env: NodeJS.ProcessEnv = process.env,
  signal?: AbortSignal,
): Promise<StoreCount> {
  const { settings } = await detectNix(env, signal);
  const { stdout } = await runNix({ program: 'nix-store', args: ['--dump-db'] }, { env, settings, signal });
  const paths = [...parseDatabase(stdout)].filter(({ path }) => !path.endsWith('.drv'));
  return { popularity: countPopularity(paths), counted: paths.length };
}

/**
 * Reads what `nix-store --dump-db` prints: for each path a line with it, its hash, its size and its deriver, then the
 * number of its references and a line for each.
 */
export function* parseDatabase(text: string): Generator<StorePathReferences> {
  const lines = text.split('\n');
  for (let at = 0; at < lines.length && lines[at] !== ''; ) {
    const [path, , , , references] = lines.slice(at, at + 5);
    if (!path?.startsWith('/') || references === undefined || !/^\d+$/.test(references)) {
      throw new StrataError('nix-failed', `The store’s database dump makes no sense at line ${at + 1}.`);
    }
    const count = Number(references);
    yield { path, references: lines.slice(at + 5, at + 5 + count) };
    at += 5 + count;
  }
}
