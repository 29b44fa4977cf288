import type { Descriptor, ImageConfig, Manifest, Platform } from '../../engine/oci/types.ts';
import { MEDIA_TYPES } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import type { ImageSource } from './image-source.ts';
import {
  isIndexType,
  isManifestType,
  LARGEST_CONFIG,
  parseConfig,
  parseIndex,
  parseManifest,
} from './manifest-schema.ts';
import { choosePlatform } from './platform.ts';

/** One image of a source, with its documents. */
export interface ImageDocuments {
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
  readonly manifestBytes: Buffer;
  readonly config: ImageConfig;
  readonly configBytes: Buffer;
}

const CONFIG_TYPES: readonly string[] = [MEDIA_TYPES.config, MEDIA_TYPES.dockerConfig];
const DEEPEST_INDEX = 4;

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
  for (let depth = 0; isIndexType(descriptor.mediaType); depth += 1) {
    if (depth === DEEPEST_INDEX)
      throw new StrataError('invalid-image', `${source.name} nests its indexes too deep.`);
    const index = parseIndex(await source.readManifest(descriptor, signal), `The index of ${source.name}`);
    descriptor = choosePlatform(index.manifests, platform, source.name);
  }
  if (!isManifestType(descriptor.mediaType)) {
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
  const config = parseConfig(configBytes, `The configuration of ${source.name}`);
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
  const pieces: Buffer[] = [];
  for await (const piece of (await source.openBlob(descriptor)) as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}
