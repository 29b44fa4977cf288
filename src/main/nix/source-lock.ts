import { canonicalJson } from '../../engine/oci/canonical-json.ts';
import type { PackageSource } from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';
import { type Lock, type LockedSource, lockedEntry } from '../../shared/lock.ts';
import type { SourceEntry } from '../../shared/package-sources.ts';
import { sourceTitle } from '../../shared/source-names.ts';
import { absoluteSource } from './source/kinds.ts';
import type { ResolvedSource } from './source/resolved-source.ts';

/** A lock that is to be kept to. */
export interface AppliedLock {
  readonly lock: Lock;
  /** Of the document, for what is to be done about it. */
  readonly document: string;
  /** What it is called in messages: its file. */
  readonly place: string;
  /** Sources that are taken as they are asked for all the same. */
  readonly exempt: readonly (string | null)[];
}

/** A source with what its lock holds. */
export interface LockedShare {
  /** Null for the source without a name. */
  readonly name: string | null;
  readonly entry: LockedSource;
  readonly lock: AppliedLock;
}

/** How well a lock fits a source as it is asked for. */
export type LockFit = 'fits' | 'missing' | 'changed';

/** @param baseDirectory that relative paths of both are taken from */
export function lockFit(
  { source }: Pick<SourceEntry, 'source'>,
  entry: LockedSource | undefined,
  baseDirectory: string,
): LockFit {
  if (entry === undefined) return 'missing';
  const text = (each: PackageSource): string => canonicalJson(absoluteSource(each, baseDirectory));
  return text(source) === text(entry.original) ? 'fits' : 'changed';
}

/**
 * What is taken in place of a source; undefined where no lock is kept to.
 *
 * @throws StrataError `invalid-document` where the lock does not have it, or has another.
 */
export function lockedSource(
  asked: SourceEntry,
  lock: AppliedLock | undefined,
  baseDirectory: string,
): LockedShare | undefined {
  if (lock === undefined || lock.exempt.includes(asked.name)) return undefined;
  const entry = lockedEntry(lock.lock, asked.name);
  const fit = lockFit(asked, entry, baseDirectory);
  if (entry !== undefined && fit === 'fits') return { name: asked.name, entry, lock };
  const title = sourceTitle(asked.name);
  const message =
    fit === 'missing'
      ? `${lock.place} does not have ${title}.`
      : `${lock.place} has ${title} as it was before ${lock.document} was changed.`;
  throw misfit(message, asked.name, lock);
}

function misfit(message: string, name: string | null, { document }: AppliedLock): StrataError {
  return new StrataError('invalid-document', message, {
    action: { action: 'lock', document, update: name },
    details: { source: name },
  });
}

/**
 * That a locked source is what it was.
 *
 * @param overlays the hashes of its overlays, in their order. @throws StrataError `invalid-document`; Cancelled
 */
export async function checkLocked(
  { name, entry, lock }: LockedShare,
  source: ResolvedSource,
  overlays: readonly string[],
): Promise<void> {
  const title = sourceTitle(name);
  const refuse = (what: string): never => {
    throw misfit(`${title.replace(/^t/, 'T')} is not what ${lock.place} says: ${what}.`, name, lock);
  };
  const hash = (await source.narHash()) ?? undefined;
  if (entry.narHash !== undefined && hash !== undefined) {
    if (hash !== entry.narHash) refuse(`${source.location} has the hash ${hash}, and had ${entry.narHash}`);
  } else if (entry.revision !== source.revision) {
    refuse(`it is at ${source.revision}, and was at ${entry.revision}`);
  }
  const locked = entry.overlays ?? [];
  if (locked.length !== overlays.length || locked.some((each, index) => each !== overlays[index])) {
    refuse('its overlays are others');
  }
}
