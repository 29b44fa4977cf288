import { buffer } from 'node:stream/consumers';
import { CONFIG_TYPES, INDEX_TYPES, MANIFEST_TYPES } from '../../engine/oci/media-types.ts';
import type { Descriptor, ImageConfig, Manifest, Platform } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import { DOCUMENTS, LARGEST_CONFIG, parseImageDocument, parseIndex, parseManifest } from './documents.ts';
import type { ImageSource } from './image-source.ts';
import { DEEPEST_INDEX } from './image-tree.ts';
import { choosePlatform } from './platform.ts';

/** One image of a source, with its documents. */
export interface ImageDocuments {
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
  readonly manifestBytes: Buffer;
  readonly config: ImageConfig;
  readonly configBytes: Buffer;
}

/**
 * Reads the manifest and the configuration of a source's image, of an index those of the one for the platform.
 *
 * @throws StrataError `invalid-image` where there is none for the platform, or where it is no container image.
 */
export async function readImage(
  source: ImageSource,
  platform: Platform,
  signal?: AbortSignal,
): Promise<ImageDocuments> {
  let descriptor = source.root;
  for (let depth = 0; INDEX_TYPES.includes(descriptor.mediaType); depth += 1) {
    if (depth === DEEPEST_INDEX)
      throw new StrataError('invalid-image', `${source.name} nests its indexes too deep.`);
    const index = parseIndex(await source.readManifest(descriptor, signal), `The index of ${source.name}`);
    descriptor = choosePlatform(index.manifests, platform, source.name);
  }
  if (!MANIFEST_TYPES.includes(descriptor.mediaType)) {
    throw new StrataError(
      'invalid-image',
      `${source.name} is not an image but ${descriptor.mediaType || 'unknown'}.`,
    );
  }
  const manifestBytes = await source.readManifest(descriptor, signal);
  const manifest = parseManifest(manifestBytes, `The manifest of ${source.name}`);
  if (!CONFIG_TYPES.includes(manifest.config.mediaType)) {
    const kind = manifest.artifactType ?? manifest.config.mediaType;
    throw new StrataError('invalid-image', `${source.name} is not a container image but ${kind}.`);
  }
  const configBytes = await readConfigBytes(source, manifest.config);
  const config = parseImageDocument(DOCUMENTS.config, configBytes, `The configuration of ${source.name}`);
  const { length } = config.rootfs.diff_ids;
  if (length !== manifest.layers.length) {
    throw new StrataError(
      'invalid-image',
      `${source.name} has ${manifest.layers.length} layers; its configuration lists ${length}.`,
    );
  }
  return { descriptor, manifest, manifestBytes, config, configBytes };
}

async function readConfigBytes(source: ImageSource, descriptor: Descriptor): Promise<Buffer> {
  if (descriptor.size > LARGEST_CONFIG) {
    throw new StrataError(
      'invalid-image',
      `The configuration of ${source.name} has ${descriptor.size} bytes.`,
    );
  }
  return buffer(await source.openBlob(descriptor));
}
