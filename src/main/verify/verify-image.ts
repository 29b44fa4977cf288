import { configHazards, programNames } from '../../engine/contents/config-hazards.ts';
import { type RootFacts, rootHazards } from '../../engine/contents/root-hazards.ts';
import { blobPath } from '../../engine/oci/digest.ts';
import { layerEntriesOf, madeBy } from '../../engine/oci/history.ts';
import { CONFIG_TYPES, type LayerCompression } from '../../engine/oci/media-types.ts';
import { type Descriptor, type ImageConfig, MEDIA_TYPES } from '../../engine/oci/types.ts';
import type { MeasuredLayer } from '../archive/measure.ts';
import { DOCUMENTS } from '../oci/documents.ts';
import type { VerifiedImage, VerifiedLayer } from './report.ts';
import type { Verification } from './verification.ts';

/** Checks that a blob is there with the size and digest that its descriptor has. */
export async function checkDescriptor(verification: Verification, descriptor: Descriptor): Promise<boolean> {
  const path = blobPath(descriptor.digest);
  const measured = await verification.blob(path);
  if (measured === undefined) return false;
  if (measured.sizeBytes !== descriptor.size) {
    verification.report(
      'size-mismatch',
      path,
      `${path} has ${measured.sizeBytes} bytes, its descriptor says ${descriptor.size}.`,
    );
  }
  if (measured.digest !== descriptor.digest) {
    verification.report('digest-mismatch', path, `${path} has the digest ${measured.digest}.`);
  }
  return true;
}

/** The configuration with its digest, where it is one of a container. */
export async function readConfig(
  verification: Verification,
  path: string,
  mediaType: string,
): Promise<VerifiedImage['config']> {
  if (!CONFIG_TYPES.includes(mediaType)) return undefined;
  const value = await verification.document(DOCUMENTS.config, path);
  const measured = await verification.blob(path);
  return value && measured && { digest: measured.digest, sizeBytes: measured.sizeBytes, value };
}

/** A layer as a manifest lists it. */
export interface ListedLayer {
  readonly path: string;
  readonly mediaType?: string;
  /** Where its maker offers it, if it is rightly not in the archive. */
  readonly heldElsewhere?: readonly string[] | undefined;
}

/**
 * Measures the layers and compares them with the configuration: their number, their diffIDs, the history, and whether
 * the media types say how they are compressed; and looks for what hurts the image as a whole.
 *
 * @param place the file that lists the layers.
 */
export async function checkLayers(
  verification: Verification,
  listed: readonly ListedLayer[],
  config: ImageConfig | undefined,
  place: string,
): Promise<readonly VerifiedLayer[]> {
  const diffIds = config?.rootfs.diff_ids;
  if (diffIds !== undefined && diffIds.length !== listed.length) {
    verification.report(
      'layer-count-mismatch',
      place,
      `${place} lists ${listed.length} layers, the configuration ${diffIds.length}.`,
    );
  }
  const history = config?.history?.length ? layerEntriesOf(config).map(madeBy) : undefined;
  if (history !== undefined && history.length !== listed.length) {
    verification.report(
      'history-mismatch',
      place,
      `The history has ${history.length} entries with a layer, there are ${listed.length} layers.`,
    );
  }
  const runtime = config?.config ?? {};
  const looked = programNames(runtime);
  const layers: VerifiedLayer[] = [];
  const roots: RootFacts[] = [];
  const read: (MeasuredLayer | undefined)[] = [];
  for (const [index, { path, mediaType, heldElsewhere }] of listed.entries()) {
    // Contents of artifacts that are not containers are not archives.
    const isArchive = config !== undefined && !heldElsewhere;
    const measured = isArchive ? await verification.layer(path, looked) : undefined;
    const blob = heldElsewhere ? undefined : await verification.blob(path);
    const expected = diffIds?.[index];
    if (measured !== undefined && expected !== undefined && measured.diffId !== expected) {
      verification.report(
        'diff-id-mismatch',
        path,
        `${path} unpacks to ${measured.diffId}, the configuration says ${expected}.`,
      );
    }
    roots.push(measured?.root ?? NO_FACTS);
    read.push(measured?.damage === undefined ? measured : undefined);
    if (measured !== undefined) checkMediaType(verification, path, mediaType, measured.compression);
    layers.push({
      path,
      ...(mediaType !== undefined && { mediaType }),
      ...(heldElsewhere && { heldElsewhere }),
      ...(blob && { digest: blob.digest, compressedBytes: blob.sizeBytes }),
      ...(measured && {
        compression: measured.compression,
        diffId: measured.diffId,
        sizeBytes: measured.uncompressedBytes,
      }),
      ...(history?.[index] !== undefined && { history: history[index] }),
    });
  }
  for (const { code, layer, message } of [...rootHazards(roots), ...configHazards(read, runtime)]) {
    verification.report(code, layers[layer]?.path ?? place, message);
  }
  return layers;
}

/** Of a layer that is not there or cannot be read. */
const NO_FACTS: RootFacts = { holdsStorePaths: false, watched: [], outside: undefined };

const DECLARED = new Map<string, LayerCompression>(
  Object.entries({
    [MEDIA_TYPES.layer]: 'none',
    [MEDIA_TYPES.layerGzip]: 'gzip',
    [MEDIA_TYPES.layerZstd]: 'zstd',
    [MEDIA_TYPES.dockerLayer]: 'none',
    [MEDIA_TYPES.dockerLayerGzip]: 'gzip',
  }),
);

function checkMediaType(
  verification: Verification,
  path: string,
  mediaType: string | undefined,
  compression: LayerCompression,
): void {
  const declared = mediaType === undefined ? undefined : DECLARED.get(mediaType);
  if (declared === undefined || declared === compression) return;
  // Docker's manifests have no other type, so skopeo gives it to layers that it unpacked.
  const isSkopeos = verification.kind === 'skopeo-directory' && mediaType === MEDIA_TYPES.dockerLayerGzip;
  if (isSkopeos && compression === 'none') return;
  verification.report(
    'media-type-mismatch',
    path,
    `${path} is listed as ${mediaType}, but its compression is ${compression}.`,
  );
}
