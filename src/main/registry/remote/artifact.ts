import type { Descriptor, Manifest } from '../../../engine/oci/types.ts';
import { MEDIA_TYPES } from '../../../engine/oci/types.ts';
import { bytesSource, describeBytes, jsonBlob } from '../../oci/bytes.ts';
import type { BlobSource } from '../../oci/image-source.ts';
import type { ManifestNode } from '../../oci/image-tree.ts';
import type { RegistryMemory } from '../memory.ts';
import type { RegistryTransport } from '../transport/transport.ts';
import { DEFAULT_CHUNK_BYTES, uploadBlob } from './upload.ts';

/** Something in a registry that is not an image (image-spec 1.1, manifest.md, "Guidelines for Artifact Usage"). */
export interface Artifact {
  readonly artifactType: string;
  readonly blob: Descriptor;
  /** The image that it is about. */
  readonly subject?: Descriptor | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

const EMPTY_BYTES = Buffer.from('{}');

/** The configuration of what has none (image-spec 1.1, "Guidance for an Empty Descriptor"). */
const EMPTY: Descriptor = describeBytes(EMPTY_BYTES, MEDIA_TYPES.empty);

export function artifactManifest({ artifactType, blob, subject, annotations }: Artifact): ManifestNode {
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    artifactType,
    config: EMPTY,
    layers: [blob],
    ...(subject === undefined ? {} : { subject: bare(subject) }),
    annotations,
  };
  return jsonBlob(manifest, MEDIA_TYPES.manifest);
}

/** What identifies a manifest, without what a particular index says of it. */
function bare({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}

/** A repository that an artifact is written to. */
export interface ArtifactTarget {
  readonly transport: RegistryTransport;
  readonly repository: string;
  readonly memory: RegistryMemory;
  readonly signal: AbortSignal | undefined;
}

/** Uploads the blob of an artifact, unless the repository has it. */
export async function uploadArtifactBlob(
  target: ArtifactTarget,
  blob: Descriptor,
  source: BlobSource,
): Promise<void> {
  await uploadBlob({ ...target, source, chunkBytes: DEFAULT_CHUNK_BYTES, onBytes: () => {} }, blob);
}

/** Uploads the empty configuration, which every artifact of a repository shares. */
export async function uploadEmptyConfig(target: ArtifactTarget): Promise<void> {
  await uploadArtifactBlob(target, EMPTY, bytesSource(EMPTY_BYTES));
}
