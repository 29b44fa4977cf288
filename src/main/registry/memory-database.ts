import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileSystemError } from '../store/file-system-error.ts';

const VERSION = 2;
const BUSY_TIMEOUT_MS = 15_000;

const SCHEMA = `
  DROP TABLE IF EXISTS blob;
  DROP TABLE IF EXISTS session;
  DROP TABLE IF EXISTS layer;
  DROP TABLE IF EXISTS contents;
  CREATE TABLE blob (
    digest TEXT NOT NULL, registry TEXT NOT NULL, repository TEXT NOT NULL, seen INTEGER NOT NULL,
    PRIMARY KEY (digest, registry, repository)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE session (
    digest TEXT NOT NULL, registry TEXT NOT NULL, repository TEXT NOT NULL, location TEXT NOT NULL,
    processId INTEGER NOT NULL,
    PRIMARY KEY (digest, registry, repository)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE layer (
    key TEXT NOT NULL, registry TEXT NOT NULL, repository TEXT NOT NULL, diffId TEXT NOT NULL,
    descriptor TEXT NOT NULL,
    PRIMARY KEY (key, registry, repository)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE contents (
    digest TEXT PRIMARY KEY, diffId TEXT NOT NULL, sizeBytes INTEGER NOT NULL, storePaths TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${VERSION};
`;

const DAMAGED = [11, 26];

/** Opens the memory; one that is damaged, or that another version of the program wrote, is begun anew. */
export function openMemoryDatabase(path: string): DatabaseSync {
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    try {
      return open(path);
    } catch (error) {
      if (!DAMAGED.includes(Number((error as { errcode?: unknown }).errcode))) throw error;
      for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
      return open(path);
    }
  } catch (error) {
    throw fileSystemError(error, 'write', path);
  }
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE');
    if (database.prepare('PRAGMA user_version').get()?.user_version !== VERSION) database.exec(SCHEMA);
    database.exec('COMMIT');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
