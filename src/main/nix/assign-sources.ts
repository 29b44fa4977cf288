import { StrataError } from '../../shared/errors.ts';
import { type SourceEntry, type SourceFields, sourceEntries } from '../../shared/package-sources.ts';
import { nearestNames } from './nearest-names.ts';
import type { RequestedPackage } from './package-names.ts';
import type { LockedShare } from './source-lock.ts';

/** A package source with what is asked of it. */
export interface SourceShare extends SourceEntry {
  /** What a lock holds in its place. */
  readonly locked?: LockedShare | undefined;
  readonly packages: readonly RequestedPackage[];
}

export interface Assignment {
  /** Those that are needed: the one without a name first, then in the order of the document. */
  readonly shares: readonly [SourceShare, ...SourceShare[]];
  /** Defaults that are of no source yet, because nothing else is of the one without a name: the first that has them. */
  readonly unplaced: readonly RequestedPackage[];
  /** Names of sources of which nothing is asked. */
  readonly unused: readonly string[];
}

/**
 * Which packages are of which source. Defaults and meta-packages are of the source without a name. Where all packages are
 * of others, and it is `auto`, nobody has asked for it: then the defaults are looked for in the others.
 *
 * @throws StrataError `usage` that names all sources which there are not.
 */
export function assignSources(packages: readonly RequestedPackage[], fields: SourceFields): Assignment {
  const entries = sourceEntries(fields);
  refuseUnknownSources(packages, entries);
  const asked = packages.filter(({ isDefault }) => !isDefault);
  const isLeftOut =
    fields.source.type === 'auto' && asked.length > 0 && asked.every(({ source }) => source !== null);
  const placed = isLeftOut ? asked : packages;
  const shares = entries.map((entry) => ({
    ...entry,
    packages: placed.filter(({ source }) => source === entry.name),
  }));
  const [first, ...others] = shares.filter(({ name, packages: its }) =>
    name === null ? !isLeftOut : its.length > 0,
  );
  if (first === undefined) throw new Error('A package is of no source.');
  return {
    shares: [first, ...others],
    unplaced: isLeftOut ? packages.filter(({ isDefault }) => isDefault) : [],
    unused: shares.flatMap(({ name, packages: its }) => (name !== null && its.length === 0 ? [name] : [])),
  };
}

/** @throws StrataError `usage` that names all packages of sources which there are not. */
export function refuseUnknownSources(
  packages: readonly Pick<RequestedPackage, 'requested' | 'source'>[],
  entries: readonly SourceEntry[],
): void {
  const known = entries.flatMap(({ name }) => name ?? []);
  const unknown = packages.filter(({ source }) => source !== null && !known.includes(source));
  const [first] = unknown;
  if (first === undefined) return;
  const sentences = unknown.map(({ requested, source }) => {
    const [nearest] = nearestNames(source ?? '', known);
    const suggestion = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
    return `${requested} is of the package source ${JSON.stringify(source)}, and there is none of that name.${suggestion}`;
  });
  throw new StrataError('usage', sentences.join('\n'), {
    ...(known.length === 0 ? {} : { hint: `The package sources that have a name are ${known.join(', ')}.` }),
    action: { action: 'name-source', name: first.source ?? '' },
  });
}
