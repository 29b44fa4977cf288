import type { Descriptor } from '../../../engine/oci/types.ts';
import { StrataError, throwIfCancelled } from '../../../shared/errors.ts';
import type { RegistryMemory } from '../memory.ts';
import { isTransient } from '../transport/network-error.ts';
import { type Attempt, retrying } from '../transport/retry.ts';
import { hasBlob } from './has-blob.ts';
import { commit, sendChunk, type UploadOutlet } from './upload-requests.ts';
import { rememberedUpload, rememberUpload } from './upload-resume.ts';
import { beginUpload, type OpenUpload, uploadStatus } from './upload-session.ts';

export interface UploadContext extends UploadOutlet {
  readonly memory: RegistryMemory;
}

export const DEFAULT_CHUNK_BYTES = 16 * 1024 * 1024;

export type UploadOutcome = 'present' | 'mounted' | 'uploaded';

/**
 * Brings a blob to a repository: not at all where it is there, by a link where another repository of the registry has
 * it, else by an upload that goes on where an earlier one broke off (distribution-spec, "Pushing blobs").
 *
 * @throws StrataError `network`, a `registry-…` code, or `corrupt-blob` where the source is at fault; Cancelled.
 */
export async function uploadBlob(context: UploadContext, blob: Descriptor): Promise<UploadOutcome> {
  const { transport, repository, memory } = context;
  const { registry } = transport;
  if (await hasBlob(context, blob)) {
    memory.rememberBlob(registry, repository, blob.digest);
    return 'present';
  }
  memory.forgetBlob(registry, repository, blob.digest);

  const outcome = await transfer(context, blob);
  memory.forgetSession(registry, repository, blob.digest);
  memory.rememberBlob(registry, repository, blob.digest);
  return outcome;
}

/** One upload while it is under way. */
interface Transfer {
  upload: OpenUpload | undefined;
  /** Whether `upload` may no longer be what the registry has, so that it has to be asked. */
  uncertain: boolean;
  /** Whether the blob goes in pieces, or, for a registry that takes none, in one stream. */
  chunked: boolean;
  /** How often the registry refused a piece. */
  refusals: number;
  /** The most bytes that the registry ever had. */
  bestOffset: number;
}

async function transfer(context: UploadContext, blob: Descriptor): Promise<UploadOutcome> {
  const { transport, signal } = context;
  const state: Transfer = {
    upload: await rememberedUpload(context, blob),
    uncertain: false,
    chunked: blob.size > context.chunkBytes,
    refusals: 0,
    bestOffset: 0,
  };
  let mountFrom = state.upload === undefined ? mountCandidate(context, blob) : undefined;

  return retrying(transport.policy, transport.effects, signal, async (): Promise<Attempt<UploadOutcome>> => {
    try {
      if (state.uncertain) {
        // The answer that was lost may have been the last one.
        if (await hasBlob(context, blob)) return { done: 'uploaded' };
        if (state.upload !== undefined) state.upload = await uploadStatus(context, state.upload.location);
        state.uncertain = false;
      }
      if (state.upload === undefined) {
        const begun = await beginOrMount(context, blob, mountFrom);
        mountFrom = undefined;
        if (begun === 'mounted') return { done: 'mounted' };
        state.upload = begun;
      }
      await sendBlob(context, blob, state);
      return { done: 'uploaded' };
    } catch (error) {
      throwIfCancelled(signal);
      if (!(error instanceof StrataError)) throw error;
      const { offset = 0 } = state.upload ?? {};
      const progressed = offset > state.bestOffset;
      state.bestOffset = Math.max(offset, state.bestOffset);
      return { failure: await recover(context, blob, state, error), progressed };
    }
  });
}

/**
 * Decides what a failed try means for the next one.
 *
 * @throws the failure where another try would not help.
 */
async function recover(
  context: UploadContext,
  blob: Descriptor,
  state: Transfer,
  failure: StrataError,
): Promise<StrataError> {
  state.uncertain = true;
  if (failure.code === 'network' && isTransient(failure)) {
    // Only an upload in pieces can be taken up again: the others send all they have in one request.
    if (!state.chunked) state.upload = undefined;
    return failure;
  }
  if (failure.code === 'registry-not-found' && state.upload !== undefined) {
    state.upload = undefined;
    return failure;
  }
  if (failure.code !== 'registry-protocol') throw failure;
  await checkSource(context, blob);
  if (!state.chunked) throw failure;
  state.refusals += 1;
  // Once may be a misunderstanding about how far the upload is, which asking clears up.
  if (state.refusals === 1) return failure;
  // Some registries take no pieces, or mix them up: the whole blob in one stream is what all of them take.
  state.chunked = false;
  state.upload = undefined;
  return failure;
}

async function sendBlob(context: UploadContext, blob: Descriptor, state: Transfer): Promise<void> {
  if (state.upload === undefined) return;
  if (!state.chunked) {
    await commit(context, blob, state.upload, { start: 0, end: blob.size });
    return;
  }
  rememberUpload(context, blob, state.upload);
  while (state.upload.offset < blob.size) {
    context.onBytes(blob, state.upload.offset, 0);
    state.upload = await sendChunk(context, blob, state.upload);
    rememberUpload(context, blob, state.upload);
  }
  await commit(context, blob, state.upload, undefined);
}

/** Reads the blob once more: a registry that refuses its digest may be right. @throws StrataError of the source. */
async function checkSource(context: UploadContext, blob: Descriptor): Promise<void> {
  for await (const _ of await context.source.openBlob(blob)) throwIfCancelled(context.signal);
}

async function beginOrMount(
  context: UploadContext,
  blob: Descriptor,
  from: string | undefined,
): Promise<OpenUpload | 'mounted'> {
  if (from === undefined) return beginUpload(context, undefined);
  try {
    const begun = await beginUpload(context, { digest: blob.digest, from });
    // Not every registry that does not link says so.
    if (begun !== 'mounted' || (await hasBlob(context, blob))) return begun;
  } catch (error) {
    if (!(error instanceof StrataError) || !/^registry-(denied|unauthorized|not-found)$/.test(error.code))
      throw error;
    // The other repository may be closed to this account: not a reason to fail.
  }
  return beginUpload(context, undefined);
}

function mountCandidate(context: UploadContext, blob: Descriptor): string | undefined {
  const { transport, repository, memory } = context;
  return memory
    .repositoriesWith(transport.registry, blob.digest)
    .find((candidate) => candidate !== repository);
}
