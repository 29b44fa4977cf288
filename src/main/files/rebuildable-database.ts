import { accessSync, constants, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileSystemError } from './file-system-error.ts';
import { isOwnFileOrNone } from './own-file.ts';

/** What a database holds, and in which version: a database of another version is begun anew. */
export interface DatabaseShape<Queries> {
  /** From 1. */
  readonly version: number;
  /** Makes the tables, after dropping those that another version may have made. */
  readonly schema: string;
  readonly prepare: (database: DatabaseSync) => Queries;
  /** Fills in what can be said without the one that is lost. Part of the transaction that makes the tables. */
  readonly refill?: (queries: Queries) => void;
}

/**
 * A database that says nothing that could not be found out again. Any number of processes may use it at once. Where
 * damage shows, whenever it does, the database is begun anew and the work done again, so work is to bear that.
 *
 * @throws StrataError `file-system` or `disk-full`, from each method
 */
export interface RebuildableDatabase<Queries> {
  use<T>(work: (queries: Queries) => T): T;
  /** {@link use} in a transaction that no other process writes beside. */
  exclusively<T>(work: (queries: Queries) => T): T;
  /** Reads all of it. @returns false where it was damaged, and has been begun anew. */
  check(): boolean;
  close(): void;
}

const BUSY_TIMEOUT_MS = 15_000;

/** Opens or makes a database. @param file its path; `:memory:` for one that is not kept. */
export function openRebuildableDatabase<Queries>(
  file: string,
  shape: DatabaseShape<Queries>,
): RebuildableDatabase<Queries> {
  let current: Opened<Queries> | undefined;
  let depth = 0;

  const close = (): void => {
    current?.close();
    current = undefined;
  };
  const opened = (): Opened<Queries> => {
    if (current?.isReplaced()) close();
    current ??= openOwn(file, shape);
    return current;
  };
  const beginAnew = (): void => {
    close();
    for (const each of companions(file)) rmSync(each, { recursive: true, force: true });
  };
  /** Only the outermost work begins anew: what is inside is part of it, and is done again with it. */
  const guard = <T>(work: (current: Opened<Queries>) => T): T => {
    if (depth > 0) return work(current ?? opened());
    depth += 1;
    try {
      try {
        return work(opened());
      } catch (error) {
        if (!isDamageOf(file, error)) throw error;
        beginAnew();
        return work(opened());
      }
    } catch (error) {
      throw fileSystemError(error, 'write', file);
    } finally {
      depth -= 1;
    }
  };

  guard(() => {});
  return {
    use: (work) => guard(({ queries }) => work(queries)),
    exclusively: (work) => guard(({ database, queries }) => inTransaction(database, () => work(queries))),
    check() {
      let tries = 0;
      guard(({ database }) => {
        tries += 1;
        requireSound(database, 'integrity_check', file);
      });
      return tries === 1;
    },
    close,
  };
}

interface Opened<Queries> {
  readonly database: DatabaseSync;
  readonly queries: Queries;
  /** Another process has begun the database anew: what is written to this one is lost. */
  isReplaced(): boolean;
  close(): void;
}

/** SQLite follows links, and takes over what a log beside the file says. */
function openOwn<Queries>(file: string, shape: DatabaseShape<Queries>): Opened<Queries> {
  if (!companions(file).every(isOwnFileOrNone)) throw new DamagedDatabase(`${file} may be another user's`);
  return open(file, shape);
}

function open<Queries>(
  file: string,
  { version, schema, prepare, refill }: DatabaseShape<Queries>,
): Opened<Queries> {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    requireSound(database, 'quick_check', file);
    const isCurrent = () => database.prepare('PRAGMA user_version').get()?.user_version === version;
    if (!isCurrent()) {
      inTransaction(database, () => {
        if (isCurrent()) return;
        database.exec(schema);
        refill?.(prepare(database));
        database.exec(`PRAGMA user_version = ${version}`);
      });
    }
    const opened = identityOf(file);
    return {
      database,
      queries: prepare(database),
      isReplaced: () => identityOf(file) !== opened,
      close: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** @throws DamagedDatabase */
function requireSound(database: DatabaseSync, pragma: 'quick_check' | 'integrity_check', file: string): void {
  const [verdict] = Object.values(database.prepare(`PRAGMA ${pragma}(1)`).get() ?? {});
  if (verdict !== 'ok') throw new DamagedDatabase(`${file}: ${verdict}`);
}

function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    try {
      // A full disk has made SQLite roll back already.
      if (database.isTransaction) database.exec('ROLLBACK');
    } catch {
      // A damaged database may not even do that; what the work ended with says more.
    }
    throw error;
  }
}

/** The file with those that SQLite keeps beside it. */
function companions(file: string): string[] {
  return file === ':memory:' ? [] : ['', '-wal', '-shm', '-journal'].map((suffix) => file + suffix);
}

function identityOf(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats && `${stats.dev}:${stats.ino}`;
}

class DamagedDatabase extends Error {
  override readonly name = 'DamagedDatabase';
}

/**
 * Primary result codes by which damage shows (https://www.sqlite.org/rescode.html). With statements that are all ours,
 * the general one (1) says that a table or a column is gone.
 */
const DAMAGE_CODES: readonly number[] = [1, 11, 17, 19, 20, 24, 26];
const SQLITE_READONLY = 8;

/** Whether an error of a database tells of damage to its file. */
export function isDatabaseDamage(error: unknown): boolean {
  if (error instanceof DamagedDatabase) return true;
  // A number that JavaScript cannot hold.
  if (error instanceof Error && 'code' in error && error.code === 'ERR_OUT_OF_RANGE') return true;
  return DAMAGE_CODES.includes(primaryCode(error));
}

/** As {@link isDatabaseDamage}; a file that may be written to is read-only only by a header that is damaged. */
function isDamageOf(file: string, error: unknown): boolean {
  return isDatabaseDamage(error) || (primaryCode(error) === SQLITE_READONLY && isWritable(file));
}

function primaryCode(error: unknown): number {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
}

function isWritable(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
