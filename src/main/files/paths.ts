import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Where Strata keeps what it can make again: `STRATA_CACHE_DIR`, else `strata` under `XDG_CACHE_HOME` or `~/.cache`
 * (XDG Base Directory Specification).
 */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (env.STRATA_CACHE_DIR) return resolve(env.STRATA_CACHE_DIR);
  return join(baseDirectory(env.XDG_CACHE_HOME, '.cache', env), 'strata');
}

/**
 * Where Strata keeps what it could not make again (settings, recent documents, unsaved work, trusted sources):
 * `STRATA_DATA_DIR`, else `strata` under `XDG_DATA_HOME` or `~/.local/share` (XDG Base Directory Specification).
 */
export function dataDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (env.STRATA_DATA_DIR) return resolve(env.STRATA_DATA_DIR);
  return join(baseDirectory(env.XDG_DATA_HOME, '.local/share', env), 'strata');
}

/** The variable that says where a place of Strata's own is; undefined for every other place. */
export function settingOfPlace(
  place: string,
  env: NodeJS.ProcessEnv = process.env,
): 'STRATA_CACHE_DIR' | 'STRATA_DATA_DIR' | undefined {
  const isIn = (directory: string): boolean => `${resolve(place)}${sep}`.startsWith(`${directory}${sep}`);
  if (isIn(cacheDirectory(env))) return 'STRATA_CACHE_DIR';
  if (isIn(dataDirectory(env))) return 'STRATA_DATA_DIR';
  return undefined;
}

/** The specification has relative paths ignored: they would mean another directory in each working directory. */
function baseDirectory(named: string | undefined, ofHome: string, env: NodeJS.ProcessEnv): string {
  return named && isAbsolute(named) ? named : join(env.HOME || homedir(), ofHome);
}

/** Where closures of past builds are kept for `strata learn`: they cannot be made again. */
export function buildRecordsDirectory(data: string): string {
  return join(data, 'builds');
}

/** What the host of the window, or `strata registry`, wrote down of itself. */
export function logFile(data: string, program: 'host' | 'registry' | 'window'): string {
  return join(data, 'logs', `${program}.log`);
}

/**
 * The directory of a file that ships beside the program, such as `nix/` or `docs/`. The program runs from source
 * (src/main) as well as bundled (out/main), so the root is the nearest directory upwards that holds `nix/`.
 */
export function resourcePath(...segments: string[]): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'nix', 'starter'))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error('The nix/ directory that ships with Strata is missing.');
    directory = parent;
  }
  return join(directory, ...segments);
}
