import pLimit from 'p-limit';
import type { Descriptor } from '../../engine/oci/types.ts';
import { throwIfCancelled } from '../../shared/errors.ts';
import type { Image } from '../assemble/image.ts';
import { openStoredBlob } from '../images/checked-blob.ts';
import type { ByteRange } from '../oci/image-source.ts';
import type { Reference } from '../oci/reference.ts';
import { allOrFirstFailure } from '../registry/all-or-first-failure.ts';
import { fetchLayer } from '../registry/fetch-layer.ts';
import type { RegistryMemory } from '../registry/memory.ts';
import { createTransferMeter, type OnBlobProgress } from '../registry/progress.ts';
import { uploadArtifactBlob, uploadEmptyConfig } from '../registry/remote/artifact.ts';
import { openRemoteBlob } from '../registry/remote/blob.ts';
import type { RegistryTransport } from '../registry/transport/transport.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { findCachedLayer, hasCachedLayer, putCachedLayer } from './layer-cache-entry.ts';

const CONCURRENCY = 6;

export interface LayerCacheOptions {
  readonly memory: RegistryMemory;
  readonly onProgress?: OnBlobProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Brings into the blob store those of the layers that it lacks and the cache has, so that they need no packing.
 *
 * @returns the keys of the layers that were brought.
 */
export async function fetchCachedLayers(
  transport: RegistryTransport,
  cache: Reference,
  layers: readonly { readonly key: string; readonly label: string }[],
  store: BlobStore,
  options: LayerCacheOptions,
): Promise<readonly string[]> {
  const meter = createTransferMeter(options.onProgress ?? (() => {}));
  const failure = new AbortController();
  const signal =
    options.signal === undefined ? failure.signal : AbortSignal.any([options.signal, failure.signal]);
  const limit = pLimit(CONCURRENCY);
  const fetchOne = async ({ key, label }: { readonly key: string; readonly label: string }) => {
    throwIfCancelled(signal);
    if (store.find(key) !== undefined) return [];
    const found = await findCachedLayer(transport, cache, key, options.memory, signal);
    if (found === undefined) return [];
    const { descriptor, diffId } = found;
    meter.state(descriptor, 'checking');
    const source = {
      openBlob: async (blob: Descriptor) =>
        openRemoteBlob(transport, cache.repository, blob, undefined, signal),
    };
    const request = { descriptor, diffId, key, label };
    await fetchLayer(source, request, { store, onBytes: meter.bytes, signal });
    meter.state(descriptor, 'moved');
    return [key];
  };
  return (
    await allOrFirstFailure(
      layers.map((layer) => limit(() => fetchOne(layer))),
      failure,
    )
  ).flat();
}

/**
 * Puts those of an image's layers into the cache that it lacks. Two machines that do so at once write the same entry.
 *
 * @returns how many were put there.
 */
export async function storeCachedLayers(
  transport: RegistryTransport,
  cache: Reference,
  image: Pick<Image, 'layers'>,
  options: LayerCacheOptions,
): Promise<number> {
  const failure = new AbortController();
  const signal =
    options.signal === undefined ? failure.signal : AbortSignal.any([options.signal, failure.signal]);
  const limit = pLimit(CONCURRENCY);
  const target = { transport, repository: cache.repository, memory: options.memory, signal };
  let emptyConfig: Promise<void> | undefined;
  const storeOne = async (layer: Image['layers'][number]): Promise<number> => {
    const { key, descriptor, diffId, file, kind } = layer;
    throwIfCancelled(signal);
    // Nobody looks there for others: the root layer is made in less time than a registry takes to be asked for it.
    if (key === undefined || kind !== 'store') return 0;
    if (await hasCachedLayer(transport, cache, key, signal)) return 0;
    const source = {
      openBlob: async (blob: Descriptor, range?: ByteRange) => openStoredBlob(file, blob, range),
    };
    await uploadArtifactBlob(target, descriptor, source);
    // Once: registries stumble over uploads of one blob that happen at the same moment.
    emptyConfig ??= uploadEmptyConfig(target);
    await emptyConfig;
    await putCachedLayer(transport, cache, key, { descriptor, diffId }, signal);
    target.memory.rememberLayer(cache.registry, cache.repository, key, { descriptor, diffId });
    return 1;
  };
  const stored = await allOrFirstFailure(
    image.layers.map((layer) => limit(() => storeOne(layer))),
    failure,
  );
  return stored.reduce((sum, count) => sum + count, 0);
}
