import type { Descriptor } from '../../../engine/oci/types.ts';
import type { RegistryMemory } from '../memory.ts';
import { type OpenUpload, type UploadTarget, uploadStatus } from './upload-session.ts';

interface ResumeContext extends UploadTarget {
  readonly memory: RegistryMemory;
}

/** Keeps the place of an upload, so that it outlives this process. */
export function rememberUpload(context: ResumeContext, blob: Descriptor, upload: OpenUpload): void {
  const session = { location: upload.location.href, processId: process.pid };
  context.memory.rememberSession(context.transport.registry, context.repository, blob.digest, session);
}

/** An upload of an earlier run that broke off, as far as the registry got it. */
export async function rememberedUpload(
  context: ResumeContext,
  blob: Descriptor,
): Promise<OpenUpload | undefined> {
  const { transport, repository, memory } = context;
  const session = memory.session(transport.registry, repository, blob.digest);
  if (session === undefined || (session.processId !== process.pid && isAlive(session.processId)))
    return undefined;
  const upload = await uploadStatus(context, new URL(session.location));
  return upload !== undefined && upload.offset <= blob.size ? upload : undefined;
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
