import type { Descriptor, Digest } from '../../engine/oci/types.ts';
import { openMemoryDatabase } from './memory-database.ts';

/** An upload that a registry is in the middle of. */
export interface UploadSession {
  readonly location: string;
  /** The process that is at it; another one keeps its hands off while that lives. */
  readonly processId: number;
}

/** A packed layer, by the key of what it was packed from. */
export interface KnownLayer {
  readonly descriptor: Descriptor;
  readonly diffId: Digest;
}

/** What is in a layer, as far as images are compared by it. */
export interface KnownContents {
  readonly diffId: Digest;
  /** Of the uncompressed archive. */
  readonly sizeBytes: number;
  readonly storePaths: readonly string[];
}

/**
 * What this machine remembers of registries. What it says of a registry is a hint: a blob is asked for again before it is
 * relied on, an upload may have been given up. It may be deleted at any time.
 */
export interface RegistryMemory {
  /** Repositories of the registry that were seen to hold the blob, the last one seen first. */
  repositoriesWith(registry: string, digest: Digest): readonly string[];
  rememberBlob(registry: string, repository: string, digest: Digest): void;
  forgetBlob(registry: string, repository: string, digest: Digest): void;
  session(registry: string, repository: string, digest: Digest): UploadSession | undefined;
  rememberSession(registry: string, repository: string, digest: Digest, session: UploadSession): void;
  forgetSession(registry: string, repository: string, digest: Digest): void;
  layer(registry: string, repository: string, key: string): KnownLayer | undefined;
  rememberLayer(registry: string, repository: string, key: string, layer: KnownLayer): void;
  forgetLayer(registry: string, repository: string, key: string): void;
  /** What is in the layer with that blob, wherever it is. */
  contents(digest: Digest): KnownContents | undefined;
  rememberContents(digest: Digest, contents: KnownContents): void;
  close(): void;
}

/**
 * @param path a file, made where it is missing with its directory; `:memory:` for one that is not kept.
 * @throws StrataError `file-system` or `disk-full`.
 */
export function openRegistryMemory(path: string): RegistryMemory {
  const database = openMemoryDatabase(path);
  const place = 'digest = ? AND registry = ? AND repository = ?';
  const select = {
    repositories: database.prepare(
      'SELECT repository FROM blob WHERE digest = ? AND registry = ? ORDER BY seen DESC, repository',
    ),
    session: database.prepare(`SELECT location, processId FROM session WHERE ${place}`),
    layer: database.prepare(
      'SELECT diffId, descriptor FROM layer WHERE key = ? AND registry = ? AND repository = ?',
    ),
    contents: database.prepare('SELECT diffId, sizeBytes, storePaths FROM contents WHERE digest = ?'),
  };
  const insert = {
    blob: database.prepare('INSERT OR REPLACE INTO blob VALUES (?, ?, ?, unixepoch())'),
    session: database.prepare('INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, ?)'),
    layer: database.prepare('INSERT OR REPLACE INTO layer VALUES (?, ?, ?, ?, ?)'),
    contents: database.prepare('INSERT OR REPLACE INTO contents VALUES (?, ?, ?, ?)'),
  };
  const remove = {
    blob: database.prepare(`DELETE FROM blob WHERE ${place}`),
    session: database.prepare(`DELETE FROM session WHERE ${place}`),
    layer: database.prepare('DELETE FROM layer WHERE key = ? AND registry = ? AND repository = ?'),
  };

  return {
    repositoriesWith: (registry, digest) =>
      ifPossible(() => select.repositories.all(digest, registry).map((row) => String(row.repository)), []),
    rememberBlob: (registry, repository, digest) =>
      ifPossible(() => void insert.blob.run(digest, registry, repository), undefined),
    forgetBlob: (registry, repository, digest) =>
      ifPossible(() => void remove.blob.run(digest, registry, repository), undefined),
    session(registry, repository, digest) {
      const row = ifPossible(() => select.session.get(digest, registry, repository), undefined);
      return row && { location: String(row.location), processId: Number(row.processId) };
    },
    rememberSession: (registry, repository, digest, { location, processId }) =>
      ifPossible(() => void insert.session.run(digest, registry, repository, location, processId), undefined),
    forgetSession: (registry, repository, digest) =>
      ifPossible(() => void remove.session.run(digest, registry, repository), undefined),
    layer(registry, repository, key) {
      const row = ifPossible(() => select.layer.get(key, registry, repository), undefined);
      return row && { descriptor: JSON.parse(String(row.descriptor)), diffId: String(row.diffId) as Digest };
    },
    rememberLayer: (registry, repository, key, { descriptor, diffId }) =>
      ifPossible(
        () => void insert.layer.run(key, registry, repository, diffId, JSON.stringify(descriptor)),
        undefined,
      ),
    forgetLayer: (registry, repository, key) =>
      ifPossible(() => void remove.layer.run(key, registry, repository), undefined),
    contents(digest) {
      const row = ifPossible(() => select.contents.get(digest), undefined);
      if (row === undefined) return undefined;
      const storePaths = String(row.storePaths)
        .split('\n')
        .filter((path) => path !== '');
      return { diffId: String(row.diffId) as Digest, sizeBytes: Number(row.sizeBytes), storePaths };
    },
    rememberContents: (digest, { diffId, sizeBytes, storePaths }) =>
      ifPossible(() => void insert.contents.run(digest, diffId, sizeBytes, storePaths.join('\n')), undefined),
    close: () => database.close(),
  };
}

/** A full disk or a locked file is no reason to break off a push over what is only a hint. */
function ifPossible<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && 'errcode' in error) return otherwise;
    throw error;
  }
}
