import pLimit from 'p-limit';
import type { Descriptor, Digest } from '../../engine/oci/types.ts';
import { StrataError, throwIfCancelled } from '../../shared/errors.ts';
import type { ImageSource } from '../oci/image-source.ts';
import type { ImageDocuments } from '../oci/read-image.ts';
import { allOrFirstFailure } from '../registry/all-or-first-failure.ts';
import { type FetchedLayer, fetchLayer } from '../registry/fetch-layer.ts';
import type { TransferMeter } from '../registry/progress.ts';
import type { BlobStore } from '../store/blob-store.ts';

export interface KeepLayersOptions {
  readonly store: BlobStore;
  readonly meter: TransferMeter;
  /** How many are on their way at once. */
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_CONCURRENCY = 4;

/**
 * Brings the layers of an image into the blob store, as far as they are not there. Every digest and diffID is checked.
 *
 * @returns in manifest order. @throws StrataError `invalid-image` and as {@link fetchLayer} does; Cancelled.
 */
export async function keepLayers(
  source: ImageSource,
  { manifest, config }: ImageDocuments,
  { store, meter, signal, concurrency = DEFAULT_CONCURRENCY }: KeepLayersOptions,
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
