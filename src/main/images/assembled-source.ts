import { buildIndex } from '../../engine/oci/build-manifest.ts';
import { formatPlatform, platformOf } from '../../engine/oci/platform.ts';
import { type Descriptor, type Digest, type ImageIndex, MEDIA_TYPES } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import type { Image } from '../assemble/image.ts';
import { bytesSource, type JsonBlob, jsonBlob } from '../oci/bytes.ts';
import type { ImageSource } from '../oci/image-source.ts';
import { openStoredBlob } from './checked-blob.ts';

/**
 * What was assembled here, as something to push: one image, or those for several platforms as an index in the order
 * given (image-spec 1.1, image-index.md). Their layers are in the blob store.
 *
 * @throws StrataError `usage` where two are for one platform.
 */
export function assembledSource(images: readonly [Image, ...Image[]]): ImageSource {
  const [first, ...others] = images;
  const root = others.length === 0 ? first.manifest : indexOf(images);
  const parts = [root, ...images.flatMap(({ manifest, config }) => [manifest, config])];
  const documents = new Map(parts.map(({ descriptor, bytes }) => [descriptor.digest, bytes]));
  const layers = images.flatMap((image) => image.layers);
  const files = new Map(layers.map(({ descriptor, file }) => [descriptor.digest, file]));
  const found = <Part>(part: Part | undefined, digest: Digest): Part => {
    if (part !== undefined) return part;
    throw new StrataError('invalid-image', `The image has no blob ${digest}.`);
  };
  return {
    name: 'the image',
    root: root.descriptor,
    readManifest: async ({ digest }) => found(documents.get(digest), digest),
    async openBlob(blob, range) {
      const bytes = documents.get(blob.digest);
      if (bytes !== undefined) return bytesSource(bytes).openBlob(blob, range);
      return openStoredBlob(found(files.get(blob.digest), blob.digest), blob, range);
    },
    async close() {},
  };
}

function indexOf(images: readonly Image[]): JsonBlob<ImageIndex> {
  const platforms = new Set<string>();
  const manifests = images.map((image): Descriptor => {
    const platform = platformOf(image.config.value);
    const name = formatPlatform(platform);
    if (platforms.has(name)) throw new StrataError('usage', `Two of the images are for ${name}.`);
    platforms.add(name);
    return { ...image.manifest.descriptor, platform };
  });
  // Who wants Docker's media types has a registry or clients that know no others.
  const isDocker = manifests.every(({ mediaType }) => mediaType === MEDIA_TYPES.dockerManifest);
  const mediaType = isDocker ? MEDIA_TYPES.dockerManifestList : MEDIA_TYPES.index;
  return jsonBlob(buildIndex(manifests, mediaType, sharedAnnotations(images)), mediaType);
}

/** What all the images say of themselves, as far as there is anything. */
function sharedAnnotations([first, ...others]: readonly Image[]):
  | Readonly<Record<string, string>>
  | undefined {
  const shared = Object.entries(first?.manifest.value.annotations ?? {}).filter(([name, value]) =>
    others.every(({ manifest }) => manifest.value.annotations?.[name] === value),
  );
  return shared.length === 0 ? undefined : Object.fromEntries(shared);
}
