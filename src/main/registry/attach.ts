import type { Descriptor } from '../../engine/oci/types.ts';
import { bytesSource, describeBytes } from '../oci/bytes.ts';
import type { ManifestNode } from '../oci/image-tree.ts';
import type { RegistryMemory } from './memory.ts';
import { artifactManifest, uploadArtifactBlob, uploadEmptyConfig } from './remote/artifact.ts';
import { putReferrer } from './remote/referrers.ts';
import type { RegistryTransport } from './transport/transport.ts';

export interface Attachment {
  readonly artifactType: string;
  /** Media type of `bytes`; often that of the artifact. */
  readonly mediaType: string;
  readonly bytes: Buffer;
  /** What `oras pull` calls the file that it writes. */
  readonly fileName: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * Attaches a document, such as a bill of materials, to an image in the same repository (image-spec 1.1, `subject`).
 *
 * @returns the descriptor of the artifact's manifest.
 */
export async function attachToImage(
  transport: RegistryTransport,
  repository: string,
  subject: Descriptor,
  attachment: Attachment,
  memory: RegistryMemory,
  signal?: AbortSignal,
): Promise<Descriptor> {
  const { artifactType, mediaType, bytes, fileName, annotations = {} } = attachment;
  const title = { 'org.opencontainers.image.title': fileName };
  const blob = { ...describeBytes(bytes, mediaType), annotations: title };
  const target = { transport, repository, memory, signal };
  await uploadArtifactBlob(target, blob, bytesSource(bytes));
  await uploadEmptyConfig(target);
  const manifest: ManifestNode = artifactManifest({ artifactType, blob, subject, annotations });
  await putReferrer(transport, repository, subject.digest, { manifest, artifactType, annotations }, signal);
  return manifest.descriptor;
}
