import { isDigest } from '../../engine/oci/digest.ts';
import type { Descriptor, Digest } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import { sealOf } from '../files/seal.ts';
import { type MemoryQueries, openMemoryDatabase } from './memory-database.ts';

/** An upload that a registry is in the middle of. */
interface UploadSession {
  readonly location: string;
  /** The mark of the process that is at it; another one keeps its hands off while that lives. */
  readonly holder: string;
}

/** A packed layer, by the key of what it was packed from. */
export interface RememberedLayer {
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
  layer(registry: string, repository: string, key: string): RememberedLayer | undefined;
  rememberLayer(registry: string, repository: string, key: string, layer: RememberedLayer): void;
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
  const use = <T>(work: (queries: MemoryQueries) => T, otherwise: T): T =>
    ifPossible(() => database.use(work), otherwise);
  const change = (work: (queries: MemoryQueries) => unknown): void =>
    use((queries) => void work(queries), undefined);

  return {
    repositoriesWith: (registry, digest) =>
      use(({ repositories }) => repositories.all(digest, registry).map((row) => String(row.repository)), []),
    rememberBlob: (registry, repository, digest) =>
      change(({ addBlob }) => addBlob.run(digest, registry, repository)),
    forgetBlob: (registry, repository, digest) =>
      change(({ removeBlob }) => removeBlob.run(digest, registry, repository)),
    session(registry, repository, digest) {
      const row = use(({ session }) => session.get(digest, registry, repository), undefined);
      return row && { location: String(row.location), holder: String(row.holder) };
    },
    rememberSession: (registry, repository, digest, { location, holder }) =>
      change(({ addSession }) => addSession.run(digest, registry, repository, location, holder)),
    forgetSession: (registry, repository, digest) =>
      change(({ removeSession }) => removeSession.run(digest, registry, repository)),
    layer(registry, repository, key) {
      const row = use(({ layer }) => layer.get(key, registry, repository), undefined);
      if (row === undefined) return undefined;
      const [diffId, descriptor] = [String(row.diffId), String(row.descriptor)];
      if (row.seal !== sealOf(key, diffId, descriptor) || !isDigest(diffId)) return undefined;
      return { descriptor: JSON.parse(descriptor), diffId };
    },
    rememberLayer(registry, repository, key, { descriptor, diffId }) {
      const text = JSON.stringify(descriptor);
      const seal = sealOf(key, diffId, text);
      change(({ addLayer }) => addLayer.run(key, registry, repository, diffId, text, seal));
    },
    forgetLayer: (registry, repository, key) =>
      change(({ removeLayer }) => removeLayer.run(key, registry, repository)),
    contents(digest) {
      const row = use(({ contents }) => contents.get(digest), undefined);
      if (row === undefined) return undefined;
      const [diffId, sizeBytes, text] = [String(row.diffId), Number(row.sizeBytes), String(row.storePaths)];
      if (row.seal !== sealOf(digest, diffId, sizeBytes, text) || !isDigest(diffId)) return undefined;
      const storePaths = text.split('\n').filter((path) => path !== '');
      return { diffId, sizeBytes, storePaths };
    },
    rememberContents(digest, { diffId, sizeBytes, storePaths }) {
      const text = storePaths.join('\n');
      const seal = sealOf(digest, diffId, sizeBytes, text);
      change(({ addContents }) => addContents.run(digest, diffId, sizeBytes, text, seal));
    },
    close: database.close,
  };
}

/** A full disk or a locked file is no reason to break off a push over what is only a hint. */
function ifPossible<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof StrataError) return otherwise;
    throw error;
  }
}
