import { MEDIA_TYPES } from './types.ts';

/** Which family of media types an image is written with. */
export type MediaTypeFamily = 'oci' | 'docker';
export type LayerCompression = 'gzip' | 'zstd' | 'none';

export interface ImageMediaTypes {
  readonly manifest: string;
  readonly config: string;
  readonly layer: string;
}

/**
 * The media types of an image's parts.
 *
 * @returns undefined where the family has none: Docker's image manifest 2.2 does not know zstd layers.
 */
export function imageMediaTypes(
  family: MediaTypeFamily,
  compression: LayerCompression,
): ImageMediaTypes | undefined {
  if (family === 'oci') {
    const layer = {
      gzip: MEDIA_TYPES.layerGzip,
      zstd: MEDIA_TYPES.layerZstd,
      none: MEDIA_TYPES.layer,
    }[compression];
    return { manifest: MEDIA_TYPES.manifest, config: MEDIA_TYPES.config, layer };
  }
  if (compression === 'zstd') return undefined;
  return {
    manifest: MEDIA_TYPES.dockerManifest,
    config: MEDIA_TYPES.dockerConfig,
    layer: compression === 'gzip' ? MEDIA_TYPES.dockerLayerGzip : MEDIA_TYPES.dockerLayer,
  };
}

/** Media types of either family. */
export const MANIFEST_TYPES: readonly string[] = [MEDIA_TYPES.manifest, MEDIA_TYPES.dockerManifest];
export const INDEX_TYPES: readonly string[] = [MEDIA_TYPES.index, MEDIA_TYPES.dockerManifestList];
export const CONFIG_TYPES: readonly string[] = [MEDIA_TYPES.config, MEDIA_TYPES.dockerConfig];

/**
 * Whether a layer may only be fetched from where its maker offers it (image-spec 1.1, layer.md, "Non-Distributable
 * Layers"; Docker calls them foreign): registries and archives need not have it.
 */
export function isForeignLayer(mediaType: string): boolean {
  return /nondistributable|\.foreign\./.test(mediaType);
}
