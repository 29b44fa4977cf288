import { storePathName } from '../graph/closure-graph.ts';
import { type PackageVersion, parsePackageName } from './package-name.ts';

/** A package that both images have, not in the same way. */
interface ChangedPackage {
  readonly name: string;
  readonly output: string;
  /** Ascending; several where an image has several. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export interface PackageDiff {
  readonly added: readonly PackageVersion[];
  readonly removed: readonly PackageVersion[];
  readonly changed: readonly ChangedPackage[];
  /** The same versions from other builds: something that they are made of changed. */
  readonly rebuilt: readonly PackageVersion[];
}

interface Versions {
  readonly name: string;
  readonly output: string;
  readonly versions: Set<string>;
  readonly paths: Set<string>;
}

/** Compares two closures by the names of their store paths. Every list is sorted by name, then output. */
export function diffPackages(before: readonly string[], after: readonly string[]): PackageDiff {
  const old = byPackage(before);
  const now = byPackage(after);
  const added: (readonly PackageVersion[])[] = [];
  const removed: (readonly PackageVersion[])[] = [];
  const changed: ChangedPackage[] = [];
  const rebuilt: (readonly PackageVersion[])[] = [];
  for (const key of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const was = old.get(key);
    const is = now.get(key);
    if (was === undefined) added.push(versionsOf(is));
    else if (is === undefined) removed.push(versionsOf(was));
    else if (!isSame(was.versions, is.versions)) {
      const { name, output } = is;
      changed.push({ name, output, before: [...was.versions].sort(), after: [...is.versions].sort() });
    } else if (!isSame(was.paths, is.paths)) rebuilt.push(versionsOf(is));
  }
  return { added: added.flat(), removed: removed.flat(), changed, rebuilt: rebuilt.flat() };
}

function byPackage(paths: readonly string[]): ReadonlyMap<string, Versions> {
  const packages = new Map<string, Versions>();
  for (const path of paths) {
    const { name, version, output } = parsePackageName(storePathName(path));
    const key = `${name}\n${output}`;
    const known = packages.get(key) ?? { name, output, versions: new Set(), paths: new Set() };
    known.versions.add(version);
    known.paths.add(path);
    packages.set(key, known);
  }
  return packages;
}

function versionsOf(versions: Versions | undefined): readonly PackageVersion[] {
  if (versions === undefined) return [];
  const { name, output } = versions;
  return [...versions.versions].sort().map((version) => ({ name, version, output }));
}

function isSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && a.isSubsetOf(b);
}
