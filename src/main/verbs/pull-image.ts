import pLimit from 'p-limit';
import type { Descriptor, Digest, Platform } from '../../engine/oci/types.ts';
import { StrataError, throwIfCancelled } from '../../shared/errors.ts';
import type { ExportFormat } from '../../shared/export-formats.ts';
import type { ExportableImage } from '../assemble/image.ts';
import type { ImageName } from '../images/archive-files.ts';
import { exportImage } from '../images/export.ts';
import type { ImageSource } from '../oci/image-source.ts';
import { hostPlatform } from '../oci/platform.ts';
import { type ImageDocuments, readImage } from '../oci/read-image.ts';
import { allOrFirstFailure } from '../registry/all-or-first-failure.ts';
import { type FetchedLayer, fetchLayer } from '../registry/fetch-layer.ts';
import { createTransferMeter, type OnBlobProgress, type TransferMeter } from '../registry/progress.ts';
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

const DEFAULT_CONCURRENCY = 4;

/**
 * Fetches an image into the blob store and writes it to a file. Every digest and diffID is checked, and the file is
 * there whole or not at all.
 *
 * @throws StrataError as {@link readImage}, {@link fetchLayer} and {@link exportImage} do; Cancelled.
 */
export async function pullImage(source: ImageSource, options: PullOptions): Promise<PullResult> {
  const { store, format, output, name, signal, onProgress = () => {} } = options;
  const image = await readImage(source, options.platform ?? hostPlatform(), signal);
  const meter = createTransferMeter(onProgress);
  const layers = await obtainLayers(source, image, meter, options);
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

async function obtainLayers(
  source: ImageSource,
  { manifest, config }: ImageDocuments,
  meter: TransferMeter,
  { store, signal, concurrency = DEFAULT_CONCURRENCY }: PullOptions,
): Promise<readonly FetchedLayer[]> {
  const failure = new AbortController();
  const either = signal === undefined ? failure.signal : AbortSignal.any([signal, failure.signal]);
  const limit = pLimit(concurrency);
  const kept = new Map(store.list().map(({ digest, key }) => [digest, key]));
  const fetched = new Map<string, Promise<FetchedLayer>>();

  const obtain = async (layer: Descriptor, diffId: Digest): Promise<FetchedLayer> => {
    throwIfCancelled(either);
    const key = kept.get(layer.digest);
    const known = key === undefined ? undefined : store.find(key);
    if (known?.diffId === diffId && (await store.verify(layer.digest, either))) {
      if (known.sizeBytes !== layer.size) {
        throw new StrataError(
          'invalid-image',
          `${source.name} gives the layer ${layer.digest} ${layer.size} bytes; it has ${known.sizeBytes}.`,
        );
      }
      meter.state(layer, 'present');
      return known;
    }
    const request = { descriptor: layer, diffId, key: `blob:${layer.digest}`, label: source.name };
    const record = await fetchLayer(source, request, { store, onBytes: meter.bytes, signal: either });
    meter.state(layer, 'moved');
    return record;
  };

  const work = manifest.layers.map((layer, index) => {
    const diffId = config.rootfs.diff_ids[index];
    if (diffId === undefined)
      throw new StrataError('invalid-image', `${source.name} has a layer without a diffID.`);
    const identity = `${layer.digest} ${diffId}`;
    const pending = fetched.get(identity) ?? limit(() => obtain(layer, diffId));
    fetched.set(identity, pending);
    return pending;
  });
  return allOrFirstFailure(work, failure);
}

/** The descriptor as an index of its own needs it. */
function withoutPlatform({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}
