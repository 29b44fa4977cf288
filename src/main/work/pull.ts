import type { ExportFormat } from '../../shared/export-formats.ts';
import { openRemoteImage } from '../images/remote-image.ts';
import { parsePlatform } from '../oci/platform.ts';
import { parseReference } from '../oci/reference.ts';
import { type RegistryAccess, transportOptions } from '../registry/access.ts';
import type { OnBlobProgress } from '../registry/progress.ts';
import { openTransport } from '../registry/transport/transport.ts';
import { openBlobStore } from '../store/blob-store.ts';
import { blobStoreDirectory } from './build.ts';
import { type PullResult, pullImage } from './pull-image.ts';

export interface PullRequest {
  /** `REGISTRY/REPOSITORY[:TAG][@DIGEST]`. */
  readonly reference: string;
  readonly output: string;
  readonly format: ExportFormat;
  /** Such as `linux/arm64`; that of this machine where it is left out. */
  readonly platform?: string | undefined;
  readonly access: RegistryAccess;
  readonly cacheDirectory: string;
  readonly onProgress?: OnBlobProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** `strata pull`. @throws StrataError as {@link pullImage} does; Cancelled. */
export async function pullFromRegistry(request: PullRequest): Promise<PullResult> {
  const { output, format, access, cacheDirectory, onProgress, signal } = request;
  const reference = parseReference(request.reference);
  const platform = request.platform === undefined ? undefined : parsePlatform(request.platform);
  const store = await openBlobStore(blobStoreDirectory(cacheDirectory));
  const transport = openTransport(reference.registry, transportOptions(access));
  try {
    const source = await openRemoteImage(transport, reference, signal);
    const { registry, repository, digest, tag = digest === undefined ? 'latest' : undefined } = reference;
    const name = { name: `${registry}/${repository}`, tag };
    return await pullImage(source, { store, output, format, name, platform, onProgress, signal });
  } finally {
    await transport.close();
    store.close();
  }
}
