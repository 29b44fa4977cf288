import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { isOwnFileOrNone } from '../own-file.ts';
import { fileSystemError } from './file-system-error.ts';

/** What a database holds, and in which version: a database of another version is begun anew. */
export interface DatabaseShape {
  /** From 1. */
  readonly version: number;
  /** Makes the tables, after dropping those that another version may have made. */
  readonly schema: string;
}

const BUSY_TIMEOUT_MS = 15_000;

/**
 * Opens or makes a database that says nothing that could not be found out again: one that is damaged, or that another
 * version of the program wrote, is begun anew. Any number of processes may use it at once.
 *
 * @param file its path; `:memory:` for one that is not kept.
 * @throws StrataError `file-system` or `disk-full`.
 */
export function openRebuildableDatabase(file: string, shape: DatabaseShape): DatabaseSync {
  try {
    try {
      // SQLite follows links, and takes over what a log beside the file says.
      if (!companions(file).every(isOwnFileOrNone)) throw new DamagedDatabase(`${file} is not this user's`);
      return open(file, shape);
    } catch (error) {
      if (!isDamage(error)) throw error;
      for (const each of companions(file)) rmSync(each, { recursive: true, force: true });
      return open(file, shape);
    }
  } catch (error) {
    throw fileSystemError(error, 'write', file);
  }
}

/** Runs `work` in a transaction that no other process writes beside. */
export function exclusively<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk has made SQLite roll back already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** The file with those that SQLite keeps beside it. */
function companions(file: string): string[] {
  return ['', '-wal', '-shm', '-journal'].map((suffix) => file + suffix);
}

class DamagedDatabase extends Error {
  override readonly name = 'DamagedDatabase';
}

function open(file: string, { version, schema }: DatabaseShape): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    // Damage in the middle shows only when it is read: better now than in each command from now on.
    const [verdict] = Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {});
    if (verdict !== 'ok') throw new DamagedDatabase(`${file}: ${verdict}`);
    const isCurrent = () => database.prepare('PRAGMA user_version').get()?.user_version === version;
    if (!isCurrent()) {
      exclusively(database, () => {
        if (!isCurrent()) database.exec(`${schema}; PRAGMA user_version = ${version};`);
      });
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

function isDamage(error: unknown): boolean {
  if (error instanceof DamagedDatabase) return true;
  if (!(error instanceof Error) || !('errcode' in error)) return false;
  // The lowest byte is the primary result code (https://www.sqlite.org/rescode.html).
  const code = Number(error.errcode) & 0xff;
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}
