import type { LockStatus, LockWritten } from '../../shared/contract/sources.ts';
import type { StrataDocument } from '../../shared/document.ts';
import type { LockedSource } from '../../shared/lock.ts';
import { sourceEntries } from '../../shared/package-sources.ts';
import { formatSource } from '../../shared/source-notation.ts';
import { withoutCredentials } from '../../shared/without-credentials.ts';
import { lockFileOf } from '../documents/lock-file.ts';
import { lockDocument, lockStates } from '../verbs/lock.ts';
import { preferencesFromSettings } from './nix-preferences.ts';
import type { SettingsStore } from './settings.ts';
import { absoluteCode, allowDocument, type DocumentGuard, withLocked } from './source-code.ts';

export interface LockServices extends DocumentGuard {
  readonly cacheDirectory: string;
  readonly settings: SettingsStore;
  readonly env: NodeJS.ProcessEnv;
}

/** The locks of documents. */
export interface Locks {
  status(path: string, document: StrataDocument): Promise<LockStatus | null>;
  /** @param update names of sources to lock anew; null for all. @throws StrataError `untrusted-source`; Cancelled */
  write(
    path: string,
    document: StrataDocument,
    update: readonly string[] | null,
    signal: AbortSignal | undefined,
  ): Promise<LockWritten>;
}

export function createLocks(services: LockServices): Locks {
  const { cacheDirectory, settings, env, files, trust, workingDirectory } = services;
  const status = async (path: string, document: StrataDocument): Promise<LockStatus | null> => {
    await files.check(lockFileOf(path));
    const found = await lockStates(document, path);
    if (found === undefined) return null;
    const asked = new Map(sourceEntries(document).map(({ name, source }) => [name, source]));
    return {
      file: found.file,
      sources: found.states.flatMap(({ name, fit, entry }) => {
        // The one without a name is of no use where nothing is locked and nobody asked for it.
        if (name === null && entry === undefined && document.source.type === 'auto') return [];
        const source = asked.get(name) ?? document.source;
        return [{ name, asked: withoutCredentials(formatSource(source)), fit, locked: stateOf(entry) }];
      }),
    };
  };
  return {
    status,
    async write(path, document, update, signal) {
      await allowDocument(document, path, services);
      const { changes, notices } = await lockDocument(document, {
        cacheDirectory,
        signal,
        env,
        checkFile: (named) => files.check(named),
        nix: preferencesFromSettings(await settings.get()),
        file: path,
        update: update ?? 'all',
      });
      // It is what the host itself has found at sources that are trusted.
      await trust.add(await withLocked(absoluteCode(document, path, workingDirectory), path, files));
      const written = await status(path, document);
      if (written === null) throw new Error(`The lock that was just written is gone: ${path}`);
      const moved = changes.map(({ name, before, after }) => ({
        name,
        before: stateOf(before),
        after: stateOf(after),
      }));
      return {
        status: written,
        moved: moved.filter(({ before, after }) => before !== after),
        notices: [...notices],
      };
    },
  };
}

function stateOf(entry: LockedSource | undefined): string | null {
  return entry?.revision ?? entry?.narHash ?? null;
}
