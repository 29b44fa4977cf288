import type { Descriptor, Digest, Platform } from '../../engine/oci/types.ts';
import type { ExportFormat } from '../../shared/export-formats.ts';
import type { ExportableImage } from '../assemble/image.ts';
import type { ImageName } from '../images/archive-files.ts';
import { exportImage } from '../images/export.ts';
import { keepLayers } from '../images/keep-layers.ts';
import type { ImageSource } from '../oci/image-source.ts';
import { hostPlatform } from '../oci/platform.ts';
import { readImage } from '../oci/read-image.ts';
import { createTransferMeter, type OnBlobProgress } from '../registry/progress.ts';
import type { BlobStore } from '../store/blob-store.ts';

export interface PullOptions {
  readonly store: BlobStore;
  readonly format: ExportFormat;
  /** A file, or a directory for `oci-dir`. */
  readonly output: string;
  /** What the image is called in the file. */
  readonly name: ImageName;
  /** Which image of an index; that of this machine where it is left out. */
  readonly platform?: Platform | undefined;
  readonly concurrency?: number | undefined;
  readonly onProgress?: OnBlobProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PullResult {
  readonly manifestDigest: Digest;
  readonly layers: number;
  /** Bytes of layers that were fetched; the others were in the blob store. */
  readonly movedBytes: number;
  /** Size of what was written. */
  readonly writtenBytes: number;
}

/**
 * Fetches an image into the blob store and writes it to a file. Every digest and diffID is checked, and the file is
 * there whole or not at all.
 *
 * @throws StrataError as {@link readImage}, {@link keepLayers} and {@link exportImage} do; Cancelled.
 */
export async function pullImage(source: ImageSource, options: PullOptions): Promise<PullResult> {
  const { store, format, output, name, signal, onProgress = () => {} } = options;
  const image = await readImage(source, options.platform ?? hostPlatform(), signal);
  const meter = createTransferMeter(onProgress);
  const layers = await keepLayers(source, image, { ...options, meter });
  const { manifest, manifestBytes, descriptor, config, configBytes } = image;
  const exported: ExportableImage = {
    manifest: { value: manifest, bytes: manifestBytes, descriptor: withoutPlatform(descriptor) },
    config: { value: config, bytes: configBytes, descriptor: manifest.config },
    layers: manifest.layers.map((layer) => ({ descriptor: layer, file: store.blobPath(layer.digest) })),
    compression: { type: layers[0]?.compression ?? 'none' },
  };
  const writtenBytes = await exportImage({ image: exported, store, format, output, name, signal });
  return {
    manifestDigest: descriptor.digest,
    layers: layers.length,
    movedBytes: meter.movedBytes,
    writtenBytes,
  };
}

/** The descriptor as an index of its own needs it. */
function withoutPlatform({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}
