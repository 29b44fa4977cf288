import type { Platform } from '../../engine/oci/types.ts';
import type { ExportFormat } from '../../shared/export-formats.ts';
import { openRegistrySource } from '../images/registry-source.ts';
import { parseReference } from '../oci/reference.ts';
import { type RegistryAccess, transportOptions } from '../registry/access.ts';
import type { OnBlobProgress } from '../registry/progress.ts';
import { openTransport } from '../registry/transport/transport.ts';
import { openBlobStoreIn } from '../store/blob-store.ts';
import { type WorkContext, waitingTo } from './events.ts';
import { type PullResult, pullImage } from './pull-image.ts';

export interface PullRequest extends WorkContext {
  /** `REGISTRY/REPOSITORY[:TAG][@DIGEST]`. */
  readonly reference: string;
  readonly output: string;
  readonly format: ExportFormat;
  /** Of an index; that of this machine where it is left out. */
  readonly platform?: Platform | undefined;
  readonly access: RegistryAccess;
}

/** Fetches an image from a registry into a file. @throws StrataError as {@link pullImage} does; Cancelled. */
export async function pullToFile(request: PullRequest): Promise<PullResult> {
  const { output, format, platform, access, cacheDirectory, signal, onEvent } = request;
  const reference = parseReference(request.reference);
  const store = await openBlobStoreIn(cacheDirectory);
  const transport = openTransport(reference.registry, transportOptions(access, waitingTo(onEvent)));
  try {
    const source = await openRegistrySource(transport, reference, signal);
    const { registry, repository, digest, tag = digest === undefined ? 'latest' : undefined } = reference;
    const name = { name: `${registry}/${repository}`, tags: tag === undefined ? [] : [tag] };
    const onProgress: OnBlobProgress | undefined =
      onEvent && ((progress) => onEvent({ type: 'blob', progress }));
    return await pullImage(source, { store, output, format, name, platform, onProgress, signal });
  } finally {
    await transport.close();
    store.close();
  }
}
