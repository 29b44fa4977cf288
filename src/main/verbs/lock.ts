import { dirname, resolve } from 'node:path';
import { canonicalJson } from '../../engine/oci/canonical-json.ts';
import type { Selection, StrataDocument } from '../../shared/document.ts';
import { EMPTY_LOCK, type Lock, type LockedSource, lockedEntry } from '../../shared/lock.ts';
import { type SourceFields, sourceEntries } from '../../shared/package-sources.ts';
import { lockFileOf, readLockFile, writeLockFile } from '../documents/lock-file.ts';
import { type LockChange, lockSources } from '../nix/lock-sources.ts';
import { type LockFit, lockFit } from '../nix/source-lock.ts';
import { BASE, lockBase } from './base.ts';
import type { ComposeContext } from './compose.ts';
import { nixEventsTo } from './events.ts';

export interface LockContext extends Omit<ComposeContext, 'unlocked' | 'baseDirectory'> {
  readonly file: string;
  /** Names of sources that are locked anew, `source` for the one without a name; the others only where they have to be. */
  readonly update: 'all' | readonly string[];
}

export interface WrittenLock {
  /** Where it is. */
  readonly file: string;
  readonly lock: Lock;
  readonly changes: readonly LockChange[];
  readonly notices: readonly string[];
  /** Whether the file is another than before. */
  readonly isWritten: boolean;
}

/**
 * Writes what the package sources of a document are now into its lock, beside it. What else the lock holds stays.
 *
 * @throws StrataError as {@link lockSources} does, `invalid-document` for a lock that is damaged, `file-system`; Cancelled.
 */
export async function lockDocument(
  { base, ...selection }: Selection & Pick<StrataDocument, 'base'>,
  context: LockContext,
): Promise<WrittenLock> {
  const { update, nix, cacheDirectory, signal, onEvent, env } = context;
  const file = lockFileOf(context.file);
  const before = (await readLockFile(file)) ?? EMPTY_LOCK;
  const ofSources =
    update === 'all'
      ? update
      : update.filter((name) => name !== BASE || Object.hasOwn(selection.sources ?? {}, BASE));
  const isBaseKept = update !== 'all' && !update.includes(BASE) && before.base?.original === base;
  const { lock, changes, notices } = await lockSources(
    { ...selection, nix, before, update: ofSources },
    { cacheDirectory, baseDirectory: dirname(context.file), signal, env, onEvent: nixEventsTo(onEvent) },
  );
  const { base: lockedBase, ...rest } = lock;
  const kept = isBaseKept ? lockedBase : undefined;
  const baseNow =
    base === undefined
      ? undefined
      : (kept ?? (await lockBase(base, { ...context, baseDirectory: dirname(context.file) })));
  const whole = { ...rest, ...(baseNow && { base: baseNow }) };
  const told =
    baseNow && canonicalJson(baseNow) !== canonicalJson(before.base ?? null)
      ? [`The base ${base} is locked at ${baseNow.digest}.`]
      : [];
  return {
    file,
    lock: whole,
    changes,
    notices: [...notices, ...told],
    isWritten: await writeLockFile(file, whole),
  };
}

/** How a lock stands to one source of its document. */
export interface LockState {
  readonly name: string | null;
  readonly fit: LockFit;
  readonly entry: LockedSource | undefined;
}

/** What the lock of a document says of its sources, without asking any of them; undefined where it has no lock. */
export async function lockStates(
  document: SourceFields,
  path: string,
): Promise<{ readonly file: string; readonly states: readonly LockState[] } | undefined> {
  const file = lockFileOf(path);
  const lock = await readLockFile(file);
  if (lock === undefined) return undefined;
  const baseDirectory = resolve(dirname(path));
  const states = sourceEntries(document).map((entry) => {
    const locked = lockedEntry(lock, entry.name);
    return { name: entry.name, fit: lockFit(entry, locked, baseDirectory), entry: locked };
  });
  return { file, states };
}
