import { STRATA_BUILDER } from '../../engine/oci/build-config.ts';
import type { ImageConfig, Platform } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import type { ExistingImage, ExistingLayer } from '../../shared/known-images.ts';
import { summarizeImage } from '../compare/summarize-image.ts';
import { type ImageLocation, parseLocation } from '../images/location.ts';
import { openImage } from '../images/open-image.ts';
import { hostPlatform } from '../oci/platform.ts';
import { readImage } from '../oci/read-image.ts';
import { openMemoryIn } from '../registry/access.ts';
import type { TransportOptions } from '../registry/transport/transport.ts';

export interface ReadLayersContext {
  readonly cacheDirectory: string;
  /** Of an index, the image for this platform is read; that of this machine where it is left out. */
  readonly platform?: Platform | undefined;
  readonly transport?: TransportOptions | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called while the layers of an archive or of an image in a registry are read. */
  readonly onBytes?: ((doneBytes: number, totalBytes: number) => void) | undefined;
}

/**
 * Reads which layers of store paths an archive, a layout or an image in a registry has. Layers that were read or pushed
 * before are not read again. A layer that is to be taken over must come out of the packer with the same bytes, so those
 * of other programs are only counted.
 *
 * @param location what the name says. @throws StrataError as opening and reading do, with the image's name; Cancelled.
 */
export async function readImageLayers(
  name: string,
  { cacheDirectory, platform = hostPlatform(), transport, signal, onBytes }: ReadLayersContext,
  location: ImageLocation = parseLocation(name),
): Promise<ExistingImage> {
  if (location.type === 'document') throw new StrataError('usage', `${name} is no image.`);
  const source = await openImage(location, transport, signal);
  try {
    const memory = openMemoryIn(cacheDirectory);
    try {
      const { config } = await readImage(source, platform, signal);
      const summary = await summarizeImage(source, { platform, memory, signal, onProgress: onBytes });
      const builders = layerBuilders(config);
      const layers: ExistingLayer[] = [];
      let foreignLayers = 0;
      summary.layers.forEach(({ storePaths, digest, diffId, compressedBytes }, index) => {
        // A push to the same registry then links the blob instead of moving it.
        if (location.type === 'registry' && digest !== undefined) {
          const { registry, repository } = location.reference;
          memory.rememberBlob(registry, repository, digest);
        }
        if (storePaths.length === 0) return;
        if (builders[index] === STRATA_BUILDER)
          layers.push({ paths: storePaths, digest, diffId, compressedBytes });
        else foreignLayers++;
      });
      return { type: 'existing', name, layers, foreignLayers };
    } finally {
      memory.close();
    }
  } finally {
    await source.close();
  }
}

/** Who made each layer: `created_by` of those entries of the history that stand for one. */
function layerBuilders({ history = [] }: ImageConfig): readonly (string | undefined)[] {
  return history.filter(({ empty_layer }) => empty_layer !== true).map(({ created_by }) => created_by);
}
