import { programNames } from '../../engine/contents/config-hazards.ts';
import { blobPath, digestOfHex } from '../../engine/oci/digest.ts';
import { INDEX_TYPES, isForeignLayer, MANIFEST_TYPES } from '../../engine/oci/media-types.ts';
import type { Descriptor } from '../../engine/oci/types.ts';
import { DOCUMENTS } from '../oci/documents.ts';
import { DEEPEST_INDEX } from '../oci/image-tree.ts';
import type { VerifiedImage } from './report.ts';
import type { Verification } from './verification.ts';
import { checkDescriptor, checkLayers, readConfig } from './verify-image.ts';

/** Checks an OCI image layout: all that its index reaches, and the name of every blob. */
export async function verifyLayout(verification: Verification): Promise<readonly VerifiedImage[]> {
  await verification.document(DOCUMENTS.layout, 'oci-layout');
  const index = await verification.document(DOCUMENTS.index, 'index.json');
  const images = await verifyList(verification, index?.manifests ?? [], new Set());
  await checkBlobNames(verification);
  return images;
}

/** @param seen what has been verified: an index may list the same thing any number of times. */
async function verifyList(
  verification: Verification,
  descriptors: readonly Descriptor[],
  seen: Set<string>,
  depth = 0,
): Promise<readonly VerifiedImage[]> {
  const images: VerifiedImage[] = [];
  for (const descriptor of descriptors) {
    const identity = `${descriptor.digest} ${referencesOf(descriptor).join(' ')}`;
    if (seen.has(identity)) continue;
    seen.add(identity);
    for (const image of await verifyListed(verification, descriptor, seen, depth)) images.push(image);
  }
  return images;
}

async function verifyListed(
  verification: Verification,
  descriptor: Descriptor,
  seen: Set<string>,
  depth: number,
): Promise<readonly VerifiedImage[]> {
  const path = blobPath(descriptor.digest);
  if (!(await checkDescriptor(verification, descriptor))) return [];
  if (MANIFEST_TYPES.includes(descriptor.mediaType)) return verifyManifest(verification, descriptor);
  if (!INDEX_TYPES.includes(descriptor.mediaType) || depth === DEEPEST_INDEX) {
    verification.report(
      'media-type-mismatch',
      path,
      `${path} has the media type ${descriptor.mediaType}, which is no image.`,
    );
    return [];
  }
  const index = await verification.document(DOCUMENTS.index, path);
  checkOwnType(verification, descriptor, index?.mediaType);
  return verifyList(verification, index?.manifests ?? [], seen, depth + 1);
}

async function verifyManifest(
  verification: Verification,
  descriptor: Descriptor,
): Promise<readonly VerifiedImage[]> {
  const path = blobPath(descriptor.digest);
  const value = await verification.document(DOCUMENTS.manifest, path);
  if (value === undefined) return [];
  checkOwnType(verification, descriptor, value.mediaType);
  const isElsewhere = (layer: Descriptor) =>
    isForeignLayer(layer.mediaType) && !verification.files.has(blobPath(layer.digest));
  const here = value.layers.filter((layer) => !isElsewhere(layer));
  await checkDescriptor(verification, value.config);
  const config = await readConfig(verification, blobPath(value.config.digest), value.config.mediaType);
  const looked = programNames(config?.value.config ?? {});
  for (const layer of here) {
    // Measured with what is in it, so that nothing is read twice.
    if (config !== undefined) await verification.layer(blobPath(layer.digest), looked);
    await checkDescriptor(verification, layer);
  }
  const listed = value.layers.map((layer) => ({
    path: blobPath(layer.digest),
    mediaType: layer.mediaType,
    heldElsewhere: isElsewhere(layer) ? (layer.urls ?? []) : undefined,
  }));
  const layers = await checkLayers(verification, listed, config?.value, path);
  return [
    {
      references: referencesOf(descriptor),
      manifest: { descriptor, value },
      ...(config && { config }),
      layers,
    },
  ];
}

/** What a document calls itself and what its descriptor calls it has to be the same. */
function checkOwnType(verification: Verification, descriptor: Descriptor, own: string | undefined): void {
  if (own === undefined || own === descriptor.mediaType) return;
  const path = blobPath(descriptor.digest);
  verification.report(
    'media-type-mismatch',
    path,
    `${path} calls itself ${own}, its descriptor ${descriptor.mediaType}.`,
  );
}

function referencesOf({ annotations = {} }: Descriptor): readonly string[] {
  const names = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'];
  return names.map((name) => annotations[name]).filter((reference) => reference !== undefined);
}

/** Blobs that nothing refers to have to be what their name says too. */
async function checkBlobNames(verification: Verification): Promise<void> {
  for (const path of verification.files.keys()) {
    const name = /^blobs\/sha256\/(.+)$/.exec(path)?.[1];
    if (name === undefined) continue;
    const measured = await verification.blob(path);
    if (measured !== undefined && measured.digest !== digestOfHex(name)) {
      verification.report('digest-mismatch', path, `${path} has the digest ${measured.digest}.`);
    }
  }
}
