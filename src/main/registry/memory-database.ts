import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { makeDirectory } from '../make-directory.ts';
import { openRebuildableDatabase } from '../store/rebuildable-database.ts';

const VERSION = 2;

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
  ) STRICT, WITHOUT ROWID
`;

/** Opens the memory. */
export function openMemoryDatabase(path: string): DatabaseSync {
  // For this user alone: addresses of uploads may let whoever knows them write.
  if (path !== ':memory:') makeDirectory(dirname(path));
  return openRebuildableDatabase(path, { version: VERSION, schema: SCHEMA });
}
