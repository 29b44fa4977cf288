import { buildIndex } from '../../engine/oci/build-manifest.ts';
import { platformOf } from '../../engine/oci/platform.ts';
import type { Descriptor, Digest } from '../../engine/oci/types.ts';
import { MEDIA_TYPES } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import type { Image } from '../assemble/image.ts';
import { jsonBlob } from '../oci/bytes.ts';
import type { ImageSource } from '../oci/image-source.ts';
import { formatPlatform } from '../oci/platform.ts';
import { storedImageSource } from './stored-image.ts';

/**
 * Images for several platforms as one, in the order given (image-spec 1.1, image-index.md).
 *
 * @throws StrataError `usage` where two are for one platform.
 */
export function indexImageSource(images: readonly Image[]): ImageSource {
  const owners = new Map<Digest, ImageSource>();
  const platforms = new Set<string>();
  const manifests = images.map((image): Descriptor => {
    const source = storedImageSource(image);
    const platform = platformOf(image.config.value);
    const name = formatPlatform(platform);
    if (platforms.has(name)) throw new StrataError('usage', `Two of the images are for ${name}.`);
    platforms.add(name);
    const parts = [image.manifest, image.config, ...image.layers];
    for (const { descriptor } of parts) owners.set(descriptor.digest, source);
    return { ...image.manifest.descriptor, platform };
  });
  // Who wants Docker's media types has a registry or clients that know no others.
  const isDocker = manifests.every(({ mediaType }) => mediaType === MEDIA_TYPES.dockerManifest);
  const mediaType = isDocker ? MEDIA_TYPES.dockerManifestList : MEDIA_TYPES.index;
  const { bytes, descriptor: root } = jsonBlob(buildIndex(manifests, mediaType), mediaType);
  const ownerOf = ({ digest }: Pick<Descriptor, 'digest'>): ImageSource => {
    const owner = owners.get(digest);
    if (owner === undefined) throw new StrataError('invalid-image', `None of the images has ${digest}.`);
    return owner;
  };
  return {
    name: 'the images',
    root,
    readManifest: async (descriptor, signal) =>
      descriptor.digest === root.digest ? bytes : ownerOf(descriptor).readManifest(descriptor, signal),
    openBlob: async (descriptor, range) => ownerOf(descriptor).openBlob(descriptor, range),
    async close() {},
  };
}
