import { digestOfHex } from '../../engine/oci/digest.ts';
import { INDEX_TYPES, isForeignLayer, MANIFEST_TYPES } from '../../engine/oci/media-types.ts';
import { type InspectedDescriptor, indexSchema, layoutSchema, manifestSchema } from '../oci/schemas.ts';
import type { VerifiedImage } from './report.ts';
import type { Verification } from './verification.ts';
import { blobFile, checkDescriptor, checkLayers, readConfig } from './verify-image.ts';

/** An index may list indexes; nobody nests them deeper than this. */
const MAX_DEPTH = 4;

/** Checks an OCI image layout: all that its index reaches, and the name of every blob. */
export async function verifyLayout(verification: Verification): Promise<readonly VerifiedImage[]> {
  await verification.json('oci-layout', layoutSchema);
  const index = await verification.json('index.json', indexSchema);
  const images = await inspectList(verification, index?.manifests ?? [], new Set());
  await checkBlobNames(verification);
  return images;
}

/** @param seen what has been inspected: an index may list the same thing any number of times. */
async function inspectList(
  verification: Verification,
  descriptors: readonly InspectedDescriptor[],
  seen: Set<string>,
  depth = 0,
): Promise<readonly VerifiedImage[]> {
  const images: VerifiedImage[] = [];
  for (const descriptor of descriptors) {
    const identity = `${descriptor.digest} ${referencesOf(descriptor).join(' ')}`;
    if (seen.has(identity)) continue;
    seen.add(identity);
    for (const image of await inspectListed(verification, descriptor, seen, depth)) images.push(image);
  }
  return images;
}

async function inspectListed(
  verification: Verification,
  descriptor: InspectedDescriptor,
  seen: Set<string>,
  depth: number,
): Promise<readonly VerifiedImage[]> {
  const path = blobFile(descriptor);
  if (!(await checkDescriptor(verification, descriptor))) return [];
  if (MANIFEST_TYPES.includes(descriptor.mediaType)) return inspectManifest(verification, descriptor);
  if (!INDEX_TYPES.includes(descriptor.mediaType) || depth === MAX_DEPTH) {
    verification.report(
      'media-type-mismatch',
      path,
      `${path} has the media type ${descriptor.mediaType}, which is no image.`,
    );
    return [];
  }
  const index = await verification.json(path, indexSchema);
  checkOwnType(verification, descriptor, index?.mediaType);
  return inspectList(verification, index?.manifests ?? [], seen, depth + 1);
}

async function inspectManifest(
  verification: Verification,
  descriptor: InspectedDescriptor,
): Promise<readonly VerifiedImage[]> {
  const path = blobFile(descriptor);
  const value = await verification.json(path, manifestSchema);
  if (value === undefined) return [];
  checkOwnType(verification, descriptor, value.mediaType);
  const isElsewhere = (layer: InspectedDescriptor) =>
    isForeignLayer(layer.mediaType) && !verification.files.has(blobFile(layer));
  const here = value.layers.filter((layer) => !isElsewhere(layer));
  for (const each of [value.config, ...here]) await checkDescriptor(verification, each);
  const config = await readConfig(verification, blobFile(value.config), value.config.mediaType);
  const listed = value.layers.map((layer) => ({
    path: blobFile(layer),
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
function checkOwnType(
  verification: Verification,
  descriptor: InspectedDescriptor,
  own: string | undefined,
): void {
  if (own === undefined || own === descriptor.mediaType) return;
  const path = blobFile(descriptor);
  verification.report(
    'media-type-mismatch',
    path,
    `${path} calls itself ${own}, its descriptor ${descriptor.mediaType}.`,
  );
}

function referencesOf({ annotations = {} }: InspectedDescriptor): readonly string[] {
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
