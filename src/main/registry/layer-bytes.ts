import { isForeignLayer } from '../../engine/oci/media-types.ts';
import type { Descriptor } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import type { BlobSource } from '../oci/image-source.ts';

/**
 * The bytes of a layer's blob.
 *
 * @throws StrataError as the source does; `not-found` for a foreign layer that the source does not hold, which is no
 *   fault of the image.
 */
export async function* layerBytes(source: BlobSource, layer: Descriptor): AsyncGenerator<Buffer> {
  try {
    yield* (await source.openBlob(layer)) as AsyncIterable<Buffer>;
  } catch (error) {
    throw isForeignLayer(layer.mediaType) && isMissing(error) ? heldElsewhere(layer, error) : error;
  }
}

function isMissing(error: unknown): error is StrataError {
  return (
    error instanceof StrataError && (error.code === 'invalid-image' || error.code === 'registry-not-found')
  );
}

function heldElsewhere({ digest, urls = [] }: Descriptor, cause: StrataError): StrataError {
  const blob = `blobs/${digest.replace(':', '/')}`;
  return new StrataError(
    'not-found',
    `The layer ${digest} is a foreign layer, which only its maker gives out: it is held elsewhere. ${cause.message}`,
    {
      hint:
        urls.length === 0
          ? 'The image does not say where. Use an image that holds all of its layers.'
          : `Download it from ${urls.join(' or ')} to ${blob} of the image as an OCI layout directory, or use an image that holds all of its layers.`,
      details: { digest, urls },
      cause,
    },
  );
}
