import { readStanzas } from './deb822.ts';
import { parseRelation } from './relation.ts';
import { compareVersions } from './version.ts';

/** One binary package: the candidate among its versions in the lists. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  /** `amd64`, `arm64`, … or `all`. */
  readonly architecture: string;
  /** First line of the description. */
  readonly description: string;
  readonly homepage: string | undefined;
  readonly section: string;
  /** `Pre-Depends` and `Depends`, one list of alternatives a clause. */
  readonly dependencies: readonly (readonly string[])[];
  /** Path of the .deb in the archive. */
  readonly filename: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** All packages of the lists for one architecture. */
export interface Archive {
  readonly packages: ReadonlyMap<string, DebianPackage>;
  /** Packages that provide a virtual name, ascending. */
  readonly providers: ReadonlyMap<string, readonly string[]>;
}

const FIELDS: ReadonlySet<string> = new Set([
  'Package',
  'Version',
  'Architecture',
  'Description',
  'Homepage',
  'Section',
  'Pre-Depends',
  'Depends',
  'Provides',
  'Filename',
  'SHA256',
  'Size',
]);

/** The text of a Packages index and its priority, see apt_preferences(5). */
export interface IndexText {
  readonly text: string;
  readonly priority: number;
}

/**
 * Reads Packages indices into one archive. Of several versions of a package the candidate is kept, as apt has it: that
 * of the highest priority, and of those the newest.
 */
export function readArchive(indices: readonly IndexText[], architecture: string): Archive {
  const packages = new Map<string, DebianPackage>();
  const provides = new Map<string, string>();
  const priorities = new Map<string, number>();
  for (const { text, priority } of indices.toSorted((a, b) => b.priority - a.priority)) {
    for (const stanza of readStanzas(text, FIELDS)) {
      const { Package: name, Version: version, Filename: filename, SHA256: sha256 } = stanza;
      if (!name || !version || !filename || !sha256) continue;
      const itsArchitecture = stanza.Architecture ?? 'all';
      if (itsArchitecture !== architecture && itsArchitecture !== 'all') continue;
      const known = packages.get(name);
      const isOutranked = (priorities.get(name) ?? priority) > priority;
      if (known && (isOutranked || compareVersions(known.version, version) >= 0)) continue;
      priorities.set(name, priority);
      packages.set(name, {
        name,
        version,
        architecture: itsArchitecture,
        description: stanza.Description ?? '',
        homepage: stanza.Homepage,
        section: stanza.Section ?? '',
        dependencies: [...parseRelation(stanza['Pre-Depends'] ?? ''), ...parseRelation(stanza.Depends ?? '')],
        filename,
        sha256,
        sizeBytes: Number(stanza.Size ?? 0),
      });
      provides.set(name, stanza.Provides ?? '');
    }
  }
  return { packages, providers: providersOf(provides) };
}

function providersOf(provides: ReadonlyMap<string, string>): Map<string, string[]> {
  const providers = new Map<string, string[]>();
  for (const [name, field] of provides) {
    for (const virtual of parseRelation(field).flat()) {
      const list = providers.get(virtual);
      if (list) list.push(name);
      else providers.set(virtual, [name]);
    }
  }
  for (const list of providers.values()) list.sort();
  return providers;
}

/**
 * The package that satisfies a clause: the first alternative that exists, else the first provider of an alternative.
 * This is what apt installs on a machine that has none of them.
 */
export function resolveClause(archive: Archive, clause: readonly string[]): string | undefined {
  const real = clause.find((name) => archive.packages.has(name));
  if (real !== undefined) return real;
  for (const name of clause) {
    const provider = archive.providers.get(name)?.[0];
    if (provider !== undefined) return provider;
  }
  return undefined;
}
