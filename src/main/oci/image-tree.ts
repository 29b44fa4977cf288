import { INDEX_TYPES, isForeignLayer, MANIFEST_TYPES } from '../../engine/oci/media-types.ts';
import type { Descriptor, Digest, Manifest } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import { parseIndex, parseManifest } from './documents.ts';
import type { ImageSource } from './image-source.ts';

/** A manifest or index with the bytes that its digest is of. */
export interface ManifestNode {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
}

/** Everything an image consists of. */
export interface ImageTree {
  /** Manifests and indexes, what is referred to before what refers to it: the root is the last. */
  readonly manifests: readonly ManifestNode[];
  /** Configurations and layers, each digest once, in the order of the manifests. */
  readonly blobs: readonly Descriptor[];
}

export const DEEPEST_INDEX = 4;
const MOST_MANIFESTS = 1_000;

/**
 * Reads the manifests of an image, or of all images of an index.
 *
 * @throws StrataError `invalid-image` where one of them is missing or is not what it should be.
 */
export async function readImageTree(source: ImageSource, signal?: AbortSignal): Promise<ImageTree> {
  const manifests = new Map<Digest, ManifestNode>();
  const blobs = new Map<Digest, Descriptor>();

  async function visit(descriptor: Descriptor, depth: number): Promise<void> {
    if (manifests.has(descriptor.digest)) return;
    const place = `${descriptor.digest} of ${source.name}`;
    if (depth > DEEPEST_INDEX || manifests.size >= MOST_MANIFESTS) {
      throw new StrataError(
        'invalid-image',
        `${source.name} nests its indexes too deep or holds too many images.`,
      );
    }
    const bytes = await source.readManifest(descriptor, signal);
    if (INDEX_TYPES.includes(descriptor.mediaType)) {
      for (const child of parseIndex(bytes, place).manifests) await visit(child, depth + 1);
    } else if (MANIFEST_TYPES.includes(descriptor.mediaType)) {
      for (const blob of manifestBlobs(parseManifest(bytes, place))) blobs.set(blob.digest, blob);
    } else {
      throw new StrataError(
        'invalid-image',
        `${place} is neither an image nor an index (${descriptor.mediaType}).`,
      );
    }
    manifests.set(descriptor.digest, { descriptor, bytes });
  }

  await visit(source.root, 0);
  return { manifests: [...manifests.values()], blobs: [...blobs.values()] };
}

function manifestBlobs(manifest: Manifest): readonly Descriptor[] {
  return [manifest.config, ...manifest.layers.filter(({ mediaType }) => !isForeignLayer(mediaType))];
}
