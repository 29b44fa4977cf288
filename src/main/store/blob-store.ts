import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { digestOfHex, hexOf } from '../../engine/oci/digest.ts';
import type { Digest } from '../../engine/oci/types.ts';
import { publishFile, sharedSync } from '../files/durable.ts';
import { fileSystemError } from '../files/file-system-error.ts';
import { makeDirectory } from '../files/make-directory.ts';
import { readOwnFile } from '../files/own-file.ts';
import { sha256Of } from '../files/read-pieces.ts';
import { clearDeadSessions, deadSessions, openSession, type Session } from '../files/sessions.ts';
import { writeOwnFile } from '../files/write-whole.ts';
import { type Hold, type LayerIndex, type LayerRecord, openLayerIndex } from './layer-index.ts';

/**
 * The cache of packed layers: an OCI image layout (image-spec 1.1, image-layout.md) whose blobs are layers, with an
 * index that knows which layer each is. Any number of processes may use it at once.
 */
export interface BlobStore {
  readonly directory: string;
  blobPath(digest: Digest): string;
  /** A name for a new file that is cleared away with the process. */
  temporaryFile(): string;
  /**
   * A packed layer whose blob is there; it is held from then on. Only {@link verify} tells whether its bytes are right.
   */
  find(key: string): LayerRecord | undefined;
  /** Takes a whole blob over from its temporary file, and holds it. Without a key it cannot be found again. */
  add(layer: NewLayer, file: string): Promise<void>;
  /** Whether the blob's bytes have the digest. One that has not is removed, with its entries. */
  verify(digest: Digest, signal?: AbortSignal): Promise<boolean>;
  /** Reads every blob, and compares blobs and index both ways. What is damaged is removed. */
  audit(onFault: (fault: StoreFault) => void, signal?: AbortSignal): Promise<StoreAudit>;
  /** Least recently used first. */
  list(): readonly LayerRecord[];
  prune(options: PruneOptions): PruneResult;
  /** Directories of temporary files that killed processes of other users left: this one may not remove them. */
  leftovers(): readonly string[];
  /** Ends the session: lets go of what it held and removes its temporary files. */
  close(): void;
}

type NewLayer = Omit<LayerRecord, 'key' | 'createdMs' | 'usedMs'> & {
  readonly key: string | undefined;
};

export type StoreFault =
  | { readonly type: 'index' }
  | { readonly type: 'damaged' | 'missing'; readonly digest: Digest };

interface StoreAudit {
  /** Blobs that were read. */
  readonly blobs: number;
  /** Of them, those that are sound but of no layer that is known: the next prune removes them. */
  readonly unknown: number;
}

interface PruneOptions {
  /** Remove layers that were not used for this long. 0 removes all. */
  readonly unusedForMs?: number;
  /** Then remove the least recently used until the blobs fit this size. */
  readonly maxBytes?: number;
}

interface PruneResult {
  readonly removedBlobs: number;
  readonly freedBytes: number;
  readonly keptBlobs: number;
  readonly keptBytes: number;
  /** Of the kept ones, those that a running process needs. */
  readonly heldBlobs: number;
}

/** The packed layers of a cache directory. @throws StrataError as {@link openBlobStore} does. */
export function openBlobStoreIn(cacheDirectory: string): Promise<BlobStore> {
  return openBlobStore(blobStoreDirectory(cacheDirectory));
}

/** Where a cache directory has its packed layers. */
export function blobStoreDirectory(cacheDirectory: string): string {
  return join(cacheDirectory, 'blobs');
}

/** @param directory is made if need be. @throws StrataError `file-system` or `disk-full`. */
export async function openBlobStore(directory: string): Promise<BlobStore> {
  try {
    // For this account alone: what was pulled with its credentials is in there.
    makeDirectory(directory);
    makeDirectory(join(directory, 'blobs', 'sha256'));
    const sessions = join(directory, 'sessions');
    makeDirectory(sessions);
    clearDeadSessions(sessions);
    const session = openSession(sessions);
    const layout: readonly (readonly [string, unknown])[] = [
      ['oci-layout', { imageLayoutVersion: '1.0.0' }],
      ['index.json', { schemaVersion: 2, manifests: [] }],
    ];
    for (const [name, value] of layout) {
      const path = join(directory, name);
      const text = JSON.stringify(value);
      if (textOf(path) !== text) await writeOwnFile(path, text);
    }
    return storeOf(directory, sessions, session);
  } catch (error) {
    throw fileSystemError(error, 'write', directory);
  }
}

function textOf(path: string): string | undefined {
  try {
    return readOwnFile(path);
  } catch {
    return undefined;
  }
}

function storeOf(directory: string, sessions: string, session: Session): BlobStore {
  const blobs = join(directory, 'blobs', 'sha256');
  const needed = new Set<Digest>();
  /** What other processes need, nobody but they could tell: all that is there. */
  function* holds(): Generator<Hold> {
    for (const digest of needed) yield [session.id, digest];
    const others = clearDeadSessions(sessions).filter((id) => id !== session.id);
    for (const digest of others.length === 0 ? [] : listBlobs(blobs).keys())
      for (const other of others) yield [other, digest];
  }
  const index = openLayerIndex(join(directory, 'index.sqlite'), holds);
  const hold = (digest: Digest) => {
    needed.add(digest);
    index.hold(session.id, digest);
  };
  const blobPath = (digest: Digest) => join(blobs, hexOf(digest));
  const syncBlobs = sharedSync(blobs);
  let temporaryFiles = 0;
  const discard = (digest: Digest) => {
    index.exclusively(() => {
      index.removeDigest(digest);
      rmSync(blobPath(digest), { force: true });
    });
  };
  const verify = async (digest: Digest, signal?: AbortSignal): Promise<boolean> => {
    try {
      if (digestOfHex(await sha256Of(blobPath(digest), signal)) === digest) return true;
    } catch (error) {
      if (!isUnreadable(error)) throw fileSystemError(error, 'read', blobPath(digest));
    }
    discard(digest);
    return false;
  };
  return {
    directory,
    blobPath,
    temporaryFile() {
      temporaryFiles += 1;
      return join(session.directory, String(temporaryFiles));
    },
    find: (key) =>
      index.exclusively(() => {
        const record = index.get(key);
        if (record === undefined || !existsSync(blobPath(record.digest))) return undefined;
        hold(record.digest);
        index.touch(key, Date.now());
        return record;
      }),
    async add(layer, file) {
      // Held before it has its name, so that another process does not take it for a leftover.
      hold(layer.digest);
      try {
        await publishFile(file, blobPath(layer.digest), syncBlobs);
      } catch (error) {
        throw fileSystemError(error, 'write', blobPath(layer.digest));
      }
      const now = Date.now();
      const { key } = layer;
      if (key !== undefined) index.put({ ...layer, key, createdMs: now, usedMs: now });
    },
    verify,
    async audit(onFault, signal) {
      if (!index.check()) onFault({ type: 'index' });
      const known = new Set(index.all().map(({ digest }) => digest));
      const present = listBlobs(blobs);
      for (const digest of known) {
        if (present.has(digest)) continue;
        index.removeDigest(digest);
        onFault({ type: 'missing', digest });
      }
      let unknown = 0;
      for (const digest of present.keys()) {
        if (!(await verify(digest, signal))) onFault({ type: 'damaged', digest });
        else if (!known.has(digest)) unknown += 1;
      }
      return { blobs: present.size, unknown };
    },
    list: () => index.all(),
    leftovers: () => deadSessions(sessions),
    prune: (options) =>
      index.exclusively(() => {
        const held = index.held(clearDeadSessions(sessions));
        return pruneBlobs(options, index, held, listBlobs(blobs), (digest) =>
          rmSync(blobPath(digest), { force: true }),
        );
      }),
    close() {
      rmSync(session.directory, { recursive: true, force: true });
      try {
        index.releaseAll(session.id);
      } catch {
        // On a full disk, say. Holds of a session without a directory count for nothing.
      } finally {
        index.close();
      }
    },
  };
}

function isUnreadable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EIO');
}

/** The blobs with their sizes. What else somebody put there is left alone. */
function listBlobs(directory: string): ReadonlyMap<Digest, number> {
  const blobs = new Map<Digest, number>();
  for (const name of readdirSync(directory)) {
    const stats = statSync(join(directory, name), { throwIfNoEntry: false });
    if (stats?.isFile() && /^[0-9a-f]{64}$/.test(name)) blobs.set(digestOfHex(name), stats.size);
  }
  return blobs;
}

function pruneBlobs(
  { unusedForMs = Number.POSITIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY }: PruneOptions,
  index: LayerIndex,
  held: ReadonlySet<Digest>,
  blobs: ReadonlyMap<Digest, number>,
  remove: (digest: Digest) => void,
): PruneResult {
  const lastUse = new Map<Digest, number>();
  // In ascending order of use, so that the last one counts where several layers have the same bytes.
  for (const { digest, usedMs } of index.all()) lastUse.set(digest, usedMs);
  const byUse = [...blobs.keys()]
    .filter((digest) => !held.has(digest))
    .sort((a, b) => (lastUse.get(a) ?? 0) - (lastUse.get(b) ?? 0));
  const now = Date.now();
  let keptBytes = [...blobs.values()].reduce((sum, size) => sum + size, 0);
  let removedBlobs = 0;
  let freedBytes = 0;
  for (const digest of byUse) {
    const usedMs = lastUse.get(digest);
    // By a clock that was set back in the meantime, a layer may have been used in the future.
    const unusedMs = usedMs === undefined ? Number.POSITIVE_INFINITY : Math.max(0, now - usedMs);
    if (unusedMs < unusedForMs && keptBytes <= maxBytes) continue;
    index.removeDigest(digest);
    remove(digest);
    const size = blobs.get(digest) ?? 0;
    keptBytes -= size;
    freedBytes += size;
    removedBlobs += 1;
  }
  for (const digest of lastUse.keys()) if (!blobs.has(digest)) index.removeDigest(digest);
  const heldBlobs = [...blobs.keys()].filter((digest) => held.has(digest)).length;
  return { removedBlobs, freedBytes, keptBlobs: blobs.size - removedBlobs, keptBytes, heldBlobs };
}
