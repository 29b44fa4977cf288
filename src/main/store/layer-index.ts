import type { DatabaseSync } from 'node:sqlite';
import type { LayerCompression } from '../../engine/oci/media-types.ts';
import type { Digest } from '../../engine/oci/types.ts';
import { fileSystemError } from './file-system-error.ts';
import { exclusively, openRebuildableDatabase } from './rebuildable-database.ts';

/** What the store knows about a packed layer. */
export interface LayerRecord {
  /** See {@link layerKey}. */
  readonly key: string;
  readonly digest: Digest;
  readonly diffId: Digest;
  readonly compression: LayerCompression;
  /** Of the blob. */
  readonly sizeBytes: number;
  readonly uncompressedBytes: number;
  /** For people: the names of its packages. */
  readonly label: string;
  /** Milliseconds since the epoch. */
  readonly createdMs: number;
  readonly usedMs: number;
}

/** The index of a store: which layer is which blob, and which running process needs which blob. */
export interface LayerIndex {
  get(key: string): LayerRecord | undefined;
  put(record: LayerRecord): void;
  touch(key: string, usedMs: number): void;
  all(): readonly LayerRecord[];
  removeDigest(digest: Digest): void;
  hold(session: string, digest: Digest): void;
  /** Forgets what a session holds. */
  releaseAll(session: string): void;
  held(liveSessions: readonly string[]): ReadonlySet<Digest>;
  /** Runs `work` while no other process writes to the index. */
  exclusively<T>(work: () => T): T;
  close(): void;
}

const VERSION = 1;

const SCHEMA = `
  DROP TABLE IF EXISTS layers;
  DROP TABLE IF EXISTS holds;
  CREATE TABLE layers (
    key TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    diff_id TEXT NOT NULL,
    compression TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    uncompressed_bytes INTEGER NOT NULL,
    label TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    used_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX layers_by_digest ON layers (digest);
  CREATE TABLE holds (session TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (session, digest)) STRICT
`;

const COLUMNS = `key, digest, diff_id AS diffId, compression, size_bytes AS sizeBytes,
  uncompressed_bytes AS uncompressedBytes, label, created_ms AS createdMs, used_ms AS usedMs`;

/** Opens or makes the index. It says nothing that the blobs and another build would not. */
export function openLayerIndex(file: string): LayerIndex {
  return guarded(file, indexOf(openRebuildableDatabase(file, { version: VERSION, schema: SCHEMA })));
}

/** The same index, whose failures name the file. */
function guarded(file: string, index: LayerIndex): LayerIndex {
  const guard =
    <A extends unknown[], R>(method: (...args: A) => R) =>
    (...args: A): R => {
      try {
        return method(...args);
      } catch (error) {
        throw fileSystemError(error, 'write', file);
      }
    };
  return {
    get: guard(index.get),
    put: guard(index.put),
    touch: guard(index.touch),
    all: guard(index.all),
    removeDigest: guard(index.removeDigest),
    hold: guard(index.hold),
    releaseAll: guard(index.releaseAll),
    held: guard(index.held),
    exclusively: (work) => guard(() => index.exclusively(work))(),
    close: index.close,
  };
}

function indexOf(db: DatabaseSync): LayerIndex {
  const get = db.prepare(`SELECT ${COLUMNS} FROM layers WHERE key = ?`);
  const all = db.prepare(`SELECT ${COLUMNS} FROM layers ORDER BY used_ms, key`);
  const put = db.prepare('INSERT OR REPLACE INTO layers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const touch = db.prepare('UPDATE layers SET used_ms = ? WHERE key = ?');
  const removeDigest = db.prepare('DELETE FROM layers WHERE digest = ?');
  const hold = db.prepare('INSERT OR IGNORE INTO holds VALUES (?, ?)');
  const releaseAll = db.prepare('DELETE FROM holds WHERE session = ?');
  const sessions = db.prepare('SELECT DISTINCT session FROM holds');
  const holds = db.prepare('SELECT DISTINCT digest FROM holds');
  return {
    get: (key) => get.get(key) as LayerRecord | undefined,
    put(record) {
      const { key, digest, diffId, compression, sizeBytes, uncompressedBytes, label } = record;
      const { createdMs, usedMs } = record;
      put.run(key, digest, diffId, compression, sizeBytes, uncompressedBytes, label, createdMs, usedMs);
    },
    touch: (key, usedMs) => void touch.run(usedMs, key),
    all: () => all.all() as unknown as readonly LayerRecord[],
    removeDigest: (digest) => void removeDigest.run(digest),
    hold: (session, digest) => void hold.run(session, digest),
    releaseAll: (session) => void releaseAll.run(session),
    held(liveSessions) {
      for (const { session } of sessions.all()) {
        if (typeof session === 'string' && !liveSessions.includes(session)) releaseAll.run(session);
      }
      return new Set(holds.all().map((row) => row.digest as Digest));
    },
    exclusively: (work) => exclusively(db, work),
    close: () => db.close(),
  };
}
