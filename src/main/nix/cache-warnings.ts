import { storePathName } from '../../engine/graph/closure-graph.ts';
import { DOWNLOAD, downloadReason } from './failed-downloads.ts';

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
