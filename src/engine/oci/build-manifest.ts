import type { Descriptor, ImageIndex, Manifest } from './types.ts';
import { MEDIA_TYPES } from './types.ts';

export interface ManifestInput {
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** An image manifest (image-spec 1.1, manifest.md; Docker's image manifest 2.2 has the same members). */
export function buildManifest(input: ManifestInput): Manifest {
  const { mediaType, config, layers, annotations } = input;
  return { schemaVersion: 2, mediaType, config, layers, ...(annotations && { annotations }) };
}

/**
 * An image index (image-spec 1.1, image-index.md).
 *
 * @param mediaType Docker's manifest list has the same members.
 */
export function buildIndex(
  manifests: readonly Descriptor[],
  mediaType: string = MEDIA_TYPES.index,
  annotations?: Readonly<Record<string, string>>,
): ImageIndex {
  return { schemaVersion: 2, mediaType, manifests, ...(annotations && { annotations }) };
}
