import type { Image } from '../assemble/image.ts';
import type { ImageSource } from '../oci/image-source.ts';
import { parseReference } from '../oci/reference.ts';
import { openMemoryIn, type RegistryAccess, transportOptions } from '../registry/access.ts';
import type { RegistryMemory } from '../registry/memory.ts';
import { type PushOptions, type PushReport, pushImage } from '../registry/push.ts';
import { openTransport, type RegistryTransport } from '../registry/transport/transport.ts';

export interface PushRequest extends Omit<PushOptions, 'memory'> {
  readonly source: ImageSource;
  /** `REGISTRY/REPOSITORY:TAG`. */
  readonly reference: string;
  readonly access: RegistryAccess;
  readonly cacheDirectory: string;
  /** What else is done while the registry is open, such as attaching a bill of materials. */
  readonly afterwards?: (pushed: PushedImage) => Promise<void>;
}

export interface PushedImage {
  readonly transport: RegistryTransport;
  readonly repository: string;
  readonly memory: RegistryMemory;
  readonly result: PushReport;
}

/** `strata push`. @throws StrataError as {@link pushImage} does; Cancelled. */
export async function pushToRegistry(request: PushRequest): Promise<PushReport> {
  const { source, access, cacheDirectory, afterwards, ...options } = request;
  const reference = parseReference(request.reference);
  const memory = openMemoryIn(cacheDirectory);
  const transport = openTransport(reference.registry, transportOptions(access));
  try {
    const result = await pushImage(transport, reference, source, { ...options, memory });
    await afterwards?.({ transport, repository: reference.repository, memory, result });
    return result;
  } finally {
    await transport.close();
    memory.close();
  }
}

/** Keeps what is in the layers of an image, so that it can be compared with what is in a registry without fetching. */
export function rememberLayers(memory: RegistryMemory, { layers }: Pick<Image, 'layers'>): void {
  for (const { descriptor, diffId, sizeBytes, paths } of layers) {
    memory.rememberContents(descriptor.digest, { diffId, sizeBytes, storePaths: paths });
  }
}
