import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { canonicalJson } from '../../../engine/oci/canonical-json.ts';
import type { Descriptor, Manifest } from '../../../engine/oci/types.ts';
import { MEDIA_TYPES } from '../../../engine/oci/types.ts';
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

export function describeBytes(bytes: Uint8Array, mediaType: string): Descriptor {
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as const;
  return { mediaType, digest, size: bytes.length };
}

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
  const bytes = Buffer.from(canonicalJson(manifest), 'utf8');
  return { descriptor: describeBytes(bytes, MEDIA_TYPES.manifest), bytes };
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

/** One blob that is in memory. */
export function bytesSource(bytes: Buffer): BlobSource {
  return {
    openBlob: async (_, range) =>
      Readable.from([range === undefined ? bytes : bytes.subarray(range.start, range.end)], {
        objectMode: false,
      }),
  };
}
