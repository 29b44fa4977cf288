import type { Descriptor, Digest, ImageIndex } from '../../../engine/oci/types.ts';
import { MEDIA_TYPES } from '../../../engine/oci/types.ts';
import { StrataError } from '../../../shared/errors.ts';
import { jsonBlob } from '../../oci/bytes.ts';
import { parseIndex } from '../../oci/documents.ts';
import type { ManifestNode } from '../../oci/image-tree.ts';
import type { RegistryTransport } from '../transport/transport.ts';
import { getManifest, putManifest } from './manifest.ts';

/**
 * Puts an artifact manifest in place and makes sure that it is found from its subject. A registry that does not keep
 * referrers gets a tag of the digest's form (distribution-spec 1.1, "Referrers Tag Schema"); two clients that add to it at the same moment can lose one entry, as its specification warns,
 * so that it is read again afterwards and put right.
 */
export async function putReferrer(
  transport: RegistryTransport,
  repository: string,
  subject: Digest,
  artifact: {
    readonly manifest: ManifestNode;
    readonly artifactType: string;
    readonly annotations: Readonly<Record<string, string>>;
  },
  signal?: AbortSignal,
): Promise<void> {
  const { descriptor, bytes } = artifact.manifest;
  const { subjectKept } = await putManifest(
    transport,
    repository,
    descriptor.digest,
    { ...descriptor, bytes },
    signal,
  );
  if (subjectKept) return;
  const { artifactType, annotations } = artifact;
  const entry: Descriptor = { ...descriptor, artifactType, annotations };
  for (let tries = 1; tries <= transport.policy.attempts; tries += 1) {
    const index = await taggedReferrers(transport, repository, subject, signal);
    if (index.manifests.some(({ digest }) => digest === entry.digest)) return;
    const next: ImageIndex = { ...index, manifests: [...index.manifests, entry] };
    const { bytes, descriptor } = jsonBlob(next, MEDIA_TYPES.index);
    const manifest = { ...descriptor, bytes };
    await putManifest(transport, repository, referrersTag(subject), manifest, signal);
  }
  throw new StrataError(
    'registry-unavailable',
    `The list of what belongs to ${subject} changes all the time.`,
    {
      hint: 'Something else adds to it at the same moment: try again.',
    },
  );
}

/** What is listed there; nothing where there is no such tag. */
export async function taggedReferrers(
  transport: RegistryTransport,
  repository: string,
  subject: Digest,
  signal: AbortSignal | undefined,
): Promise<ImageIndex> {
  try {
    const { bytes } = await getManifest(transport, repository, referrersTag(subject), signal);
    return parseIndex(bytes, `The tag ${referrersTag(subject)} of ${repository}`);
  } catch (error) {
    if (!(error instanceof StrataError) || error.code !== 'registry-not-found') throw error;
    return { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [] };
  }
}

/** Where clients list what names an image as its subject. */
function referrersTag(subject: Digest): string {
  return subject.replace(':', '-');
}
