import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { makeDirectory } from '../files/make-directory.ts';
import { openRebuildableDatabase, type RebuildableDatabase } from '../files/rebuildable-database.ts';

const VERSION = 4;

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
    holder TEXT NOT NULL,
    PRIMARY KEY (digest, registry, repository)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE layer (
    key TEXT NOT NULL, registry TEXT NOT NULL, repository TEXT NOT NULL, diffId TEXT NOT NULL,
    descriptor TEXT NOT NULL, seal TEXT NOT NULL,
    PRIMARY KEY (key, registry, repository)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE contents (
    digest TEXT PRIMARY KEY, diffId TEXT NOT NULL, sizeBytes INTEGER NOT NULL, storePaths TEXT NOT NULL,
    seal TEXT NOT NULL
  ) STRICT, WITHOUT ROWID
`;

/** Opens the memory. */
export function openMemoryDatabase(path: string): RebuildableDatabase<MemoryQueries> {
  // For this user alone: addresses of uploads may let whoever knows them write.
  if (path !== ':memory:') makeDirectory(dirname(path));
  return openRebuildableDatabase(path, { version: VERSION, schema: SCHEMA, prepare: queriesOf });
}

export type MemoryQueries = ReturnType<typeof queriesOf>;

function queriesOf(database: DatabaseSync) {
  const place = 'digest = ? AND registry = ? AND repository = ?';
  return {
    repositories: database.prepare(
      'SELECT repository FROM blob WHERE digest = ? AND registry = ? ORDER BY seen DESC, repository',
    ),
    session: database.prepare(`SELECT location, holder FROM session WHERE ${place}`),
    layer: database.prepare(
      'SELECT diffId, descriptor, seal FROM layer WHERE key = ? AND registry = ? AND repository = ?',
    ),
    contents: database.prepare('SELECT diffId, sizeBytes, storePaths, seal FROM contents WHERE digest = ?'),
    addBlob: database.prepare('INSERT OR REPLACE INTO blob VALUES (?, ?, ?, unixepoch())'),
    addSession: database.prepare('INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, ?)'),
    addLayer: database.prepare('INSERT OR REPLACE INTO layer VALUES (?, ?, ?, ?, ?, ?)'),
    addContents: database.prepare('INSERT OR REPLACE INTO contents VALUES (?, ?, ?, ?, ?)'),
    removeBlob: database.prepare(`DELETE FROM blob WHERE ${place}`),
    removeSession: database.prepare(`DELETE FROM session WHERE ${place}`),
    removeLayer: database.prepare('DELETE FROM layer WHERE key = ? AND registry = ? AND repository = ?'),
  };
}
