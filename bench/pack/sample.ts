import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Store paths to pack, and what they amount to. */
export interface Sample {
  readonly paths: readonly { readonly path: string; readonly sizeBytes: number }[];
  readonly totalBytes: number;
  readonly origin: string;
}

const WANTED_BYTES = 900e6;
const LEAST_BYTES = 200e6;

/** Real paths of the Nix store where there are enough of them, else directories of /usr copied into `directory`. */
export function takeSample(directory: string, wantedBytes = WANTED_BYTES): Sample {
  const real = take(storePaths('/nix/store'), 'paths of /nix/store', wantedBytes);
  const isEnough = real.totalBytes >= Math.min(LEAST_BYTES, wantedBytes);
  return isEnough ? real : take(copyOfUsr(directory), 'a copy of directories of /usr', wantedBytes);
}

/** One path a package name: a closure has no two builds of the same package side by side. */
function storePaths(store: string): readonly string[] {
  if (!existsSync(store)) return [];
  const byName = new Map<string, string>();
  for (const name of readdirSync(store).sort()) {
    const packageName = /^[0-9a-z]{32}-(.+)$/.exec(name)?.[1];
    if (packageName === undefined || byName.has(packageName)) continue;
    const path = join(store, name);
    if (lstatSync(path).isDirectory()) byName.set(packageName, path);
  }
  return [...byName.values()];
}

function copyOfUsr(directory: string): readonly string[] {
  const store = join(directory, 'nix', 'store');
  mkdirSync(store, { recursive: true });
  const sources = ['/usr/bin', '/usr/lib', '/usr/share'].flatMap((parent) =>
    readdirSync(parent, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(parent, entry.name)),
  );
  return sources.map((source, index) => {
    const target = join(store, `${String(index).padStart(32, '0')}-${source.replaceAll('/', '-').slice(1)}`);
    cpSync(source, target, { recursive: true, verbatimSymlinks: true });
    return target;
  });
}

/** The first paths in the order of their names, up to the wanted size: no choice of ours. */
function take(candidates: readonly string[], origin: string, wantedBytes: number): Sample {
  const paths: { path: string; sizeBytes: number }[] = [];
  let totalBytes = 0;
  for (const path of candidates) {
    if (totalBytes >= wantedBytes) break;
    const sizeBytes = sizeOfTree(path);
    paths.push({ path, sizeBytes });
    totalBytes += sizeBytes;
  }
  return { paths, totalBytes, origin };
}

function sizeOfTree(path: string): number {
  const stats = lstatSync(path);
  if (!stats.isDirectory()) return stats.isFile() ? stats.size : 0;
  return readdirSync(path).reduce((sum, name) => sum + sizeOfTree(join(path, name)), 0);
}

/** As a budget of 94 groups them: the largest paths have layers of their own, the rest share one. */
export function toLayers(sample: Sample, budget = 94): readonly (readonly string[])[] {
  const bySize = sample.paths.toSorted((a, b) => b.sizeBytes - a.sizeBytes).map(({ path }) => path);
  const alone = bySize.slice(0, budget - 1).map((path) => [path]);
  const rest = bySize.slice(budget - 1);
  return rest.length === 0 ? alone : [...alone, rest];
}
