import type { Descriptor } from '../../../engine/oci/types.ts';
import { StrataError } from '../../../shared/errors.ts';
import { isAlive, processMark } from '../../files/process-mark.ts';
import type { RegistryMemory } from '../memory.ts';
import { type OpenUpload, type UploadTarget, uploadStatus } from './upload-session.ts';

interface ResumeContext extends UploadTarget {
  readonly memory: RegistryMemory;
}

/** Keeps the place of an upload, so that it outlives this process. */
export function rememberUpload(context: ResumeContext, blob: Descriptor, upload: OpenUpload): void {
  const session = { location: upload.location.href, holder: processMark() };
  context.memory.rememberSession(context.transport.registry, context.repository, blob.digest, session);
}

/** An upload of an earlier run that broke off, as far as the registry got it. */
export async function rememberedUpload(
  context: ResumeContext,
  blob: Descriptor,
): Promise<OpenUpload | undefined> {
  const { transport, repository, memory } = context;
  const session = memory.session(transport.registry, repository, blob.digest);
  if (session === undefined || (session.holder !== processMark() && isAlive(session.holder)))
    return undefined;
  try {
    const upload = await uploadStatus(context, new URL(session.location));
    if (upload !== undefined && upload.offset <= blob.size) return upload;
  } catch (error) {
    // That a registry refuses to tell of an old upload, or its host is gone, is no reason not to begin a new one.
    if (!(error instanceof StrataError)) throw error;
  }
  memory.forgetSession(transport.registry, repository, blob.digest);
  return undefined;
}
