import type { Descriptor } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import type { ImageSource } from '../oci/image-source.ts';
import { formatReference, manifestSelector, type Reference } from '../oci/reference.ts';
import { openRemoteBlob } from '../registry/remote/blob.ts';
import { getManifest } from '../registry/remote/manifest.ts';
import type { RegistryTransport } from '../registry/transport/transport.ts';

/**
 * An image in a registry.
 *
 * @throws StrataError `registry-not-found` and others of {@link getManifest}.
 */
export async function openRegistrySource(
  transport: RegistryTransport,
  reference: Reference,
  signal?: AbortSignal,
): Promise<ImageSource> {
  const { repository } = reference;
  const root = await getManifest(transport, repository, manifestSelector(reference), signal);
  return {
    name: formatReference(reference),
    root: root.descriptor,
    async readManifest(descriptor) {
      if (descriptor.digest === root.descriptor.digest) return root.bytes;
      const manifest = await getManifest(transport, repository, descriptor.digest, signal);
      if (manifest.bytes.length !== descriptor.size)
        throw wrongSize(reference, descriptor, manifest.bytes.length);
      return manifest.bytes;
    },
    async openBlob(descriptor, range) {
      return openRemoteBlob(transport, repository, descriptor, range, signal);
    },
    close: () => transport.close(),
  };
}

function wrongSize(reference: Reference, descriptor: Descriptor, size: number): StrataError {
  return new StrataError(
    'invalid-image',
    `${formatReference(reference)}: ${descriptor.digest} has ${size} bytes, not ${descriptor.size} as its index says.`,
  );
}
