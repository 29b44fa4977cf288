import pLimit from 'p-limit';
import { isDigest } from '../../engine/oci/digest.ts';
import type { Descriptor, Digest } from '../../engine/oci/types.ts';
import { StrataError, throwIfCancelled } from '../../shared/errors.ts';
import type { ImageSource } from '../oci/image-source.ts';
import { type ManifestNode, readImageTree } from '../oci/image-tree.ts';
import { formatReference, type Reference } from '../oci/reference.ts';
import { allOrFirstFailure } from './all-or-first-failure.ts';
import type { RegistryMemory } from './memory.ts';
import { createTransferMeter, type OnBlobProgress } from './progress.ts';
import { confirmManifest, headManifest, putManifest } from './remote/manifest.ts';
import { DEFAULT_CHUNK_BYTES, type UploadContext, type UploadOutcome, uploadBlob } from './remote/upload.ts';
import type { RegistryTransport } from './transport/transport.ts';

export interface PushOptions {
  readonly memory: RegistryMemory;
  /** Further tags of the repository that it gets, after the one of the reference. */
  readonly tags?: readonly string[] | undefined;
  /** How many blobs are on their way at once. */
  readonly concurrency?: number | undefined;
  /** Blobs that are larger go in pieces of this size, and can be taken up again piece by piece. */
  readonly chunkBytes?: number | undefined;
  readonly onProgress?: OnBlobProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface PushedBlob {
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly outcome: UploadOutcome;
}

export interface PushReport {
  /** With the digest of what was pushed. */
  readonly reference: string;
  readonly digest: Digest;
  /** The names that it has now, in the order in which it got them. */
  readonly tags: readonly string[];
  readonly blobs: readonly PushedBlob[];
  /** Bytes of blobs that went over the network. */
  readonly movedBytes: number;
  /** False where the registry had the very same image under all of these names already. */
  readonly changed: boolean;
}

const DEFAULT_CONCURRENCY = 6;

/**
 * Pushes an image or an index with all its images: first the blobs that the repository lacks, several at once, then the
 * manifests, and the one that the tag stands for last, so that whoever pulls gets a whole image or the one before it. The
 * tag is then read back.
 *
 * @throws StrataError `network`, `invalid-image`, `corrupt-blob` or a `registry-…` code; Cancelled.
 */
export async function pushImage(
  transport: RegistryTransport,
  reference: Reference,
  source: ImageSource,
  options: PushOptions,
): Promise<PushReport> {
  const { memory, signal, onProgress = () => {} } = options;
  const { repository } = reference;
  checkDigest(reference, source);
  const { manifests, blobs } = await readImageTree(source, signal);
  const meter = createTransferMeter(onProgress);
  // One failure stops the others, which would only delay its report.
  const failure = new AbortController();
  const context: UploadContext = {
    transport,
    repository,
    source,
    memory,
    chunkBytes: options.chunkBytes ?? DEFAULT_CHUNK_BYTES,
    onBytes: meter.bytes,
    signal: signal === undefined ? failure.signal : AbortSignal.any([signal, failure.signal]),
  };

  const selectors = [...new Set([reference.tag ?? reference.digest ?? 'latest', ...(options.tags ?? [])])];
  const { digest } = source.root;
  const report = {
    reference: formatReference({ ...reference, digest }),
    digest,
    tags: selectors.filter((selector) => !isDigest(selector)),
  };
  if (await isThere(transport, repository, selectors, digest, context.signal)) {
    // What is seen here may be linked from another repository of the registry.
    for (const { digest } of blobs) memory.rememberBlob(transport.registry, repository, digest);
    for (const blob of blobs) meter.state(blob, 'present');
    const present = blobs.map(({ digest, size }) => ({
      digest,
      sizeBytes: size,
      outcome: 'present' as const,
    }));
    return { ...report, blobs: present, movedBytes: 0, changed: false };
  }

  const limit = pLimit(options.concurrency ?? DEFAULT_CONCURRENCY);
  const push = async (blob: Descriptor): Promise<PushedBlob> => {
    throwIfCancelled(context.signal);
    meter.state(blob, 'checking');
    const outcome = await uploadBlob(context, blob);
    meter.state(blob, outcome === 'uploaded' ? 'moved' : outcome);
    return { digest: blob.digest, sizeBytes: blob.size, outcome };
  };
  const pushed = await allOrFirstFailure(
    blobs.map((blob) => limit(() => push(blob))),
    failure,
  );

  const changed = await pushManifests(transport, repository, manifests, selectors, signal);
  return { ...report, blobs: pushed, movedBytes: meter.movedBytes, changed };
}

/** Whether the registry shows the very image under all of the names, and with it has all that it refers to. */
async function isThere(
  transport: RegistryTransport,
  repository: string,
  names: readonly string[],
  digest: Digest,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  for (const name of names) {
    if ((await headManifest(transport, repository, name, signal)) !== digest) return false;
  }
  for (const name of names) await confirmManifest(transport, repository, name, digest, signal);
  return true;
}

/** @throws StrataError `usage` where the reference names another image than the one that is pushed. */
function checkDigest(reference: Reference, source: ImageSource): void {
  const { digest } = source.root;
  if (reference.digest === undefined || reference.digest === digest) return;
  throw new StrataError('usage', `${source.name} is ${digest}, not ${reference.digest}.`, {
    hint: 'Push to a tag; the digest follows from the image.',
  });
}

/** @returns whether the last manifest was not there before under one of the names. */
async function pushManifests(
  transport: RegistryTransport,
  repository: string,
  manifests: readonly ManifestNode[],
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  let changed = false;
  for (const [index, { descriptor, bytes }] of manifests.entries()) {
    const isRoot = index === manifests.length - 1;
    const { mediaType, digest } = descriptor;
    for (const name of isRoot ? names : [digest]) {
      const present = await headManifest(transport, repository, name, signal);
      if (present !== digest)
        await putManifest(transport, repository, name, { mediaType, digest, bytes }, signal);
      if (!isRoot) continue;
      changed ||= present !== digest;
      await confirmManifest(transport, repository, name, digest, signal);
    }
  }
  return changed;
}
