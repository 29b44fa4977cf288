import type { DatabaseSync } from 'node:sqlite';
import { isDigest } from '../../engine/oci/digest.ts';
import type { LayerCompression } from '../../engine/oci/media-types.ts';
import type { Digest } from '../../engine/oci/types.ts';
import { openRebuildableDatabase } from '../files/rebuildable-database.ts';
import { sealOf } from '../files/seal.ts';

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
  /** Runs `work` while no other process writes to the index; again where the index had to be begun anew. */
  exclusively<T>(work: () => T): T;
  /** Reads all of it. @returns false where it was damaged, and has been begun anew. */
  check(): boolean;
  close(): void;
}

const VERSION = 2;

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
    seal TEXT NOT NULL,
    used_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX layers_by_digest ON layers (digest);
  CREATE TABLE holds (session TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (session, digest)) STRICT
`;

const COLUMNS = `key, digest, diff_id AS diffId, compression, size_bytes AS sizeBytes,
  uncompressed_bytes AS uncompressedBytes, label, created_ms AS createdMs, used_ms AS usedMs, seal`;

/** Which process needs which blob. */
export type Hold = readonly [session: string, digest: Digest];

/**
 * Opens or makes the index. It says nothing that the blobs and another build would not.
 *
 * @param holds what is needed as far as anybody knows, for an index that is begun anew
 */
export function openLayerIndex(file: string, holds: () => Iterable<Hold> = () => []): LayerIndex {
  const database = openRebuildableDatabase(file, {
    version: VERSION,
    schema: SCHEMA,
    prepare: queriesOf,
    refill(queries) {
      for (const hold of holds()) queries.hold.run(...hold);
    },
  });
  return {
    get: (key) =>
      database.use((queries) => {
        const row = queries.get.get(key);
        const record = row && recordOf(row);
        if (row !== undefined && record?.key !== key) queries.remove.run(key);
        return record?.key === key ? record : undefined;
      }),
    put: (record) =>
      database.use(({ put }) => {
        const values = valuesOf(record);
        put.run(...values, sealOf(...values), record.usedMs);
      }),
    touch: (key, usedMs) => database.use(({ touch }) => void touch.run(usedMs, key)),
    all: () => database.use(({ all }) => all.all().flatMap((row) => recordOf(row) ?? [])),
    removeDigest: (digest) => database.use((queries) => void queries.removeDigest.run(digest)),
    hold: (session, digest) => database.use(({ hold }) => void hold.run(session, digest)),
    releaseAll: (session) => database.use(({ releaseAll }) => void releaseAll.run(session)),
    held: (liveSessions) =>
      database.use(({ sessions, releaseAll, holds: all }) => {
        for (const { session } of sessions.all()) {
          if (typeof session === 'string' && !liveSessions.includes(session)) releaseAll.run(session);
        }
        return new Set(
          all
            .all()
            .map((row) => String(row.digest))
            .filter(isDigest),
        );
      }),
    exclusively: (work) => database.exclusively(work),
    check: database.check,
    close: database.close,
  };
}

function queriesOf(db: DatabaseSync) {
  return {
    get: db.prepare(`SELECT ${COLUMNS} FROM layers WHERE key = ?`),
    all: db.prepare(`SELECT ${COLUMNS} FROM layers ORDER BY used_ms, key`),
    put: db.prepare('INSERT OR REPLACE INTO layers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    touch: db.prepare('UPDATE layers SET used_ms = ? WHERE key = ?'),
    remove: db.prepare('DELETE FROM layers WHERE key = ?'),
    removeDigest: db.prepare('DELETE FROM layers WHERE digest = ?'),
    hold: db.prepare('INSERT OR IGNORE INTO holds VALUES (?, ?)'),
    releaseAll: db.prepare('DELETE FROM holds WHERE session = ?'),
    sessions: db.prepare('SELECT DISTINCT session FROM holds'),
    holds: db.prepare('SELECT DISTINCT digest FROM holds'),
  };
}

/** What never changes of a record, in the order of the columns. */
function valuesOf(record: Omit<LayerRecord, 'usedMs'>): (string | number)[] {
  const { key, digest, diffId, compression, sizeBytes, uncompressedBytes, label, createdMs } = record;
  return [key, digest, diffId, compression, sizeBytes, uncompressedBytes, label, createdMs];
}

/** Undefined for a row that is not what was written. */
function recordOf(row: Record<string, unknown>): LayerRecord | undefined {
  const { seal, ...rest } = row;
  // The seal tells whether it is one.
  const record = rest as unknown as LayerRecord;
  const { usedMs } = record;
  const isTime = Number.isSafeInteger(usedMs) && Math.abs(usedMs) <= LATEST_MS;
  return isTime && seal === sealOf(...valuesOf(record)) ? record : undefined;
}

/** The last moment that a Date can name. */
const LATEST_MS = 8.64e15;
