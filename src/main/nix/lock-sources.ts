import { resolve } from 'node:path';
import { StrataError } from '../../shared/errors.ts';
import { type Lock, type LockedSource, lockedEntry } from '../../shared/lock.ts';
import { type SourceEntry, type SourceFields, sourceEntries } from '../../shared/package-sources.ts';
import { sourceTitle, updateName } from '../../shared/source-names.ts';
import { assignSources } from './assign-sources.ts';
import { namingSource } from './events.ts';
import { nearestNames } from './nearest-names.ts';
import { type OpenSource, openSource, type SourceOpening, type SourceRequest } from './open-source.ts';
import { expandPackages } from './package-names.ts';
import { SOURCE_KINDS } from './source/kinds.ts';
import { lockFit } from './source-lock.ts';

export interface LockRequest extends SourceFields, Pick<SourceRequest, 'nix' | 'system'> {
  readonly packages: readonly string[];
  readonly defaults: { readonly cacert: boolean; readonly ianaEtc: boolean };
  /** What is locked already. */
  readonly before: Lock;
  /** Names of the sources that are locked anew, `source` for the one without a name; the others only where they have to be. */
  readonly update: 'all' | readonly string[];
}

/** What became of one source. */
export interface LockChange {
  /** Null for the one without a name. */
  readonly name: string | null;
  readonly before: LockedSource | undefined;
  /** Undefined where the document does not have it any more. */
  readonly after: LockedSource | undefined;
}

export interface LockedSources {
  readonly lock: Lock;
  readonly changes: readonly LockChange[];
  /** Where the lock cannot promise the same elsewhere, and why. */
  readonly notices: readonly string[];
}

/**
 * Finds out what the package sources of a selection are now: the ones with a name, and the one without where it is of use.
 *
 * @throws StrataError `usage` for a source to update that there is none of; as {@link openSource} does; Cancelled.
 */
export async function lockSources(request: LockRequest, context: SourceOpening): Promise<LockedSources> {
  const { before, update } = request;
  const entries = neededSources(request);
  if (update !== 'all') refuseUnknown(update, entries);
  const baseDirectory = resolve(context.baseDirectory ?? '.');
  const changes: LockChange[] = [];
  for (const entry of entries) {
    const known = lockedEntry(before, entry.name);
    const isAsked = update === 'all' || update.includes(updateName(entry.name));
    const isKept = !isAsked && lockFit(entry, known, baseDirectory) === 'fits';
    const after = isKept
      ? known
      : await lockSource(entry, request, {
          ...context,
          onEvent: namingSource(entry.name, context.onEvent),
        });
    changes.push({ name: entry.name, before: known, after });
  }
  const names = new Set(entries.map(({ name }) => name));
  const gone = [null, ...Object.keys(before.sources ?? {})].filter((name) => !names.has(name));
  for (const name of gone) {
    const known = lockedEntry(before, name);
    if (known !== undefined) changes.push({ name, before: known, after: undefined });
  }
  return {
    lock: withSources(before, changes),
    changes,
    notices: changes.flatMap(({ name, after }) => (after === undefined ? [] : noticesOf(name, after))),
  };
}

/** All sources with a name, and the one without where packages are of it. @throws StrataError as {@link assignSources} does */
export function neededSources(
  request: SourceFields & Pick<LockRequest, 'packages' | 'defaults'>,
): SourceEntry[] {
  const { packages } = expandPackages(request.packages, request.defaults);
  const { shares } = assignSources(packages, request);
  return sourceEntries(request).filter(({ name }) => name !== null || shares[0].name === null);
}

function refuseUnknown(names: readonly string[], entries: readonly SourceEntry[]): void {
  const known = entries.map(({ name }) => updateName(name));
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const [nearest] = nearestNames(unknown, known);
  throw new StrataError(
    'usage',
    `There is no source ${JSON.stringify(unknown)} to lock.${nearest === undefined ? '' : ` Did you mean ${nearest}?`}`,
    { hint: `The sources are ${known.join(', ')}.` },
  );
}

async function lockSource(
  entry: SourceEntry,
  { nix, system }: LockRequest,
  context: SourceOpening,
): Promise<LockedSource> {
  const open = (source: SourceEntry['source']): Promise<OpenSource> =>
    openSource({ source, importArguments: entry.importArguments, nix, system }, context);
  const { locked } = (await open(entry.source)).source;
  // Opened as it will be: that it can be had so, and what it then is, decides.
  const { source, overlayHashes } = await open(locked);
  await source.requireFixed?.();
  const narHash = await source.narHash();
  const overlays = await overlayHashes();
  return {
    original: entry.source,
    locked,
    // A hash says it already, and of a working tree it would change with what is beside it.
    revision: narHash !== null && source.mayChange ? null : source.revision,
    ...(narHash === null ? {} : { narHash }),
    ...(overlays.length === 0 ? {} : { overlays: [...overlays] }),
  };
}

function noticesOf(name: string | null, { locked, revision, narHash }: LockedSource): string[] {
  const title = sourceTitle(name).replace(/^t/, 'T');
  const { lockCaveat } = SOURCE_KINDS[locked.type];
  if (lockCaveat !== undefined) return [`${title} ${lockCaveat}`];
  return revision === null && narHash !== undefined
    ? [`${title} is known by its hash alone: wherever the lock is used, the same has to be in its place.`]
    : [];
}

function withSources(before: Lock, changes: readonly LockChange[]): Lock {
  const { source: _, sources: __, ...rest } = before;
  const unnamed = changes.find(({ name }) => name === null)?.after;
  const named = changes.flatMap(({ name, after }) =>
    name === null || after === undefined ? [] : [[name, after] as const],
  );
  return {
    ...rest,
    ...(unnamed === undefined ? {} : { source: unnamed }),
    ...(named.length === 0 ? {} : { sources: Object.fromEntries(named) }),
  };
}
