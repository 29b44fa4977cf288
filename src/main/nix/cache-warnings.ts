import { storePathName } from '../../engine/graph/closure-graph.ts';
import type { BuildState } from './build-state.ts';
import {
  CACHE_FILE,
  cacheOfFile,
  DOWNLOAD,
  downloadReason,
  failedSubstitution,
  SUBSTITUTION,
} from './failed-downloads.ts';

export interface CacheWarning {
  /** The same for all that is one news: Nix warns again for each path. */
  readonly about: string;
  readonly text: string;
}

const UNSIGNED =
  /substitute for '([^']+)' from '([^']+)',?[^\n]*not signed by any of the keys in 'trusted-public-keys'/;

/** What Nix warns of a binary cache that it leaves out, or takes less from, as news about the cache. */
export function cacheWarning(warning: string): CacheWarning | undefined {
  const [, path, cache] = UNSIGNED.exec(warning) ?? [];
  if (path !== undefined) {
    const text = `${cache}: what no key in trusted-public-keys has signed is not taken, such as ${storePathName(path)}.`;
    return { about: `unsigned ${cache}`, text };
  }
  // Up to 2.20, also where it asks for a password.
  const [, silent] = /'([^']+)' does not appear to be a binary cache/.exec(warning) ?? [];
  if (silent !== undefined) {
    const text = `${silent} does not answer as a binary cache does, and is left out. Check its address, and whether it asks for a password (Nix's setting netrc-file).`;
    return { about: `left out ${silent}`, text };
  }
  const download = DOWNLOAD.exec(warning);
  const [, place] = /^(.*)\/nix-cache-info$/.exec(download?.[1] ?? '') ?? [];
  if (download === null || place === undefined || warning.includes('; retrying')) return undefined;
  return { about: `left out ${place}`, text: `${place} is left out: ${downloadReason(download)}.` };
}

/** The same of a path that a binary cache offers and does not give: news where Nix then goes on without it. */
export function givenUp(
  complaint: string,
  { cacheFiles, downloads }: Pick<BuildState, 'cacheFiles' | 'downloads'>,
): CacheWarning | undefined {
  if (complaint.includes('; retrying')) return undefined;
  const [substitution, download] = [SUBSTITUTION.exec(complaint), CACHE_FILE.exec(complaint)];
  const url = download?.[1] ?? '';
  const failed =
    substitution !== null
      ? failedSubstitution(substitution, cacheFiles)
      : download !== null && {
          path: cacheFiles[url],
          cache: cacheOfFile(url),
          why: downloadReason(download),
        };
  if (!failed || failed.path === undefined) return undefined;
  const cache = failed.cache ?? downloads[failed.path]?.from ?? 'a binary cache';
  const text = `${cache} does not give what it offers, such as ${storePathName(failed.path)}: ${failed.why}. It is looked for elsewhere, or built.`;
  return { about: `given up ${cache}`, text };
}
