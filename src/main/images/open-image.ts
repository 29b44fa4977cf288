import type { ImageSource } from '../oci/image-source.ts';
import { openTransport, type TransportOptions } from '../registry/transport/transport.ts';
import { openFileSource } from './file-source.ts';
import type { ImageLocation } from './location.ts';
import { openRegistrySource } from './registry-source.ts';

/**
 * Opens an image wherever it is. To be closed after use.
 *
 * @throws StrataError `file-system`, `invalid-image`, `network` or a `registry-…` code; Cancelled.
 */
export async function openImage(
  location: Exclude<ImageLocation, { readonly type: 'document' }>,
  options: TransportOptions = {},
  signal?: AbortSignal,
): Promise<ImageSource> {
  if (location.type === 'file') return openFileSource(location.path, location.name, signal);
  const transport = openTransport(location.reference.registry, options);
  try {
    return await openRegistrySource(transport, location.reference, signal);
  } catch (error) {
    await transport.close();
    throw error;
  }
}
