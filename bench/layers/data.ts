import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { storePathName } from '../../src/engine/graph/closure-graph.ts';

/** A path of the package set, as Nix describes it. */
interface SetPath {
  readonly path: string;
  readonly name: string;
  readonly narSize: number;
  readonly closureSize: number;
  /** Indices of the paths it refers to, in the order of the file, itself left out. */
  readonly references: readonly number[];
}

/** A package set from which images are cut: a graph, popularity by name, and the names of the paths that had updates. */
export interface PackageSet {
  readonly paths: readonly SetPath[];
  readonly popularity: Readonly<Record<string, number>>;
  readonly updates: ReadonlySet<string>;
}

interface RawSet {
  readonly graph: readonly { path: string; narSize: number; closureSize: number; references: string[] }[];
  readonly popularity: Record<string, number>;
  readonly updates: string[];
}

/** Reads the gzipped JSON of a package set: `graph` in Nix's shape, `popularity` by name, `updates`. */
export function readPackageSet(file: string): PackageSet {
  const raw = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as RawSet;
  const indexOf = new Map(raw.graph.map((entry, index) => [entry.path, index]));
  const paths = raw.graph.map((entry, index) => {
    const references: number[] = [];
    for (const reference of entry.references) {
      const target = indexOf.get(reference);
      if (target === undefined)
        throw new Error(`${entry.path} refers to ${reference}, which is not in ${file}.`);
      if (target !== index) references.push(target);
    }
    return {
      path: entry.path,
      name: storePathName(entry.path),
      narSize: entry.narSize,
      closureSize: entry.closureSize,
      references,
    };
  });
  return { paths, popularity: raw.popularity, updates: new Set(raw.updates) };
}
