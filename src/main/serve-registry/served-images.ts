import type { Descriptor, Digest } from '../../engine/oci/types.ts';
import type { Image } from '../assemble/image.ts';

/** A blob as it is served: a document in memory, or a file of the blob store. */
export type ServedBlob =
  | { readonly type: 'bytes'; readonly descriptor: Descriptor; readonly bytes: Buffer }
  | { readonly type: 'file'; readonly descriptor: Descriptor; readonly file: string };

/** The images that the server has built or was given, by digest. */
export interface ServedImages {
  add(image: Image): void;
  manifest(digest: Digest): ServedBlob | undefined;
  blob(digest: Digest): ServedBlob | undefined;
}

const MOST_IMAGES = 500;

/** Remembers the last images: a client that pulled a manifest long ago asks for its tag again. */
export function createServedImages(): ServedImages {
  const images = new Map<Digest, Image>();
  return {
    add(image) {
      const { digest } = image.manifest.descriptor;
      images.delete(digest);
      images.set(digest, image);
      const [oldest] = images.keys();
      if (images.size > MOST_IMAGES && oldest !== undefined) images.delete(oldest);
    },
    manifest(digest) {
      const manifest = images.get(digest)?.manifest;
      return manifest && { type: 'bytes', descriptor: manifest.descriptor, bytes: manifest.bytes };
    },
    blob(digest) {
      for (const { config, layers } of images.values()) {
        if (config.descriptor.digest === digest) {
          return { type: 'bytes', descriptor: config.descriptor, bytes: config.bytes };
        }
        const layer = layers.find(({ descriptor }) => descriptor.digest === digest);
        if (layer !== undefined) return { type: 'file', descriptor: layer.descriptor, file: layer.file };
      }
      return undefined;
    },
  };
}
