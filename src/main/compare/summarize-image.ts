import pLimit from 'p-limit';
import type { ImageSummary, LayerSummary } from '../../engine/compare/image-summary.ts';
import { heldStorePaths } from '../../engine/contents/store-paths.ts';
import { platformOf } from '../../engine/oci/platform.ts';
import type { Descriptor, Platform } from '../../engine/oci/types.ts';
import { StrataError, throwIfCancelled } from '../../shared/errors.ts';
import type { Image } from '../assemble/image.ts';
import type { ImageDescription } from '../images/describe-image.ts';
import { readLayer } from '../images/read-layer.ts';
import type { ImageSource } from '../oci/image-source.ts';
import { readImage } from '../oci/read-image.ts';
import { allOrFirstFailure } from '../registry/all-or-first-failure.ts';
import type { KnownContents, RegistryMemory } from '../registry/memory.ts';

export interface SummarizeOptions {
  readonly platform: Platform;
  /** Knows what is in layers that were read or pushed before, so that they need not be fetched again. */
  readonly memory: RegistryMemory;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of the blobs that were read or need no reading, of all of them. */
  readonly onProgress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
}

const CONCURRENCY = 3;

/**
 * What an image is compared by. Layers whose contents are not known yet are read from end to end.
 *
 * @throws StrataError `invalid-image`, and as the source does; Cancelled.
 */
export async function summarizeImage(source: ImageSource, options: SummarizeOptions): Promise<ImageSummary> {
  const { platform, memory } = options;
  const failure = new AbortController();
  const signal =
    options.signal === undefined ? failure.signal : AbortSignal.any([options.signal, failure.signal]);
  const { manifest, config } = await readImage(source, platform, signal);
  const limit = pLimit(CONCURRENCY);
  const totalBytes = manifest.layers.reduce((sum, { size }) => sum + size, 0);
  const done = new Map<Descriptor, number>();
  const tell = (layer: Descriptor, bytes: number): void => {
    done.set(layer, bytes);
    options.onProgress?.(
      done.values().reduce((sum, each) => sum + each, 0),
      totalBytes,
    );
  };

  const contentsOf = async (layer: Descriptor, expected: string | undefined): Promise<KnownContents> => {
    throwIfCancelled(signal);
    const known = memory.contents(layer.digest);
    if (known !== undefined && known.diffId === expected) {
      tell(layer, layer.size);
      return known;
    }
    const onBytes = (bytes: number): void => tell(layer, bytes);
    const { diffId, uncompressedBytes, entries } = await readLayer(source, layer, {
      onBytes,
      hashContents: false,
      signal,
    });
    if (diffId !== expected) {
      throw new StrataError(
        'invalid-image',
        `The layer ${layer.digest} of ${source.name} unpacks to ${diffId}; the configuration says ${expected}.`,
      );
    }
    const contents = {
      diffId,
      sizeBytes: uncompressedBytes,
      storePaths: heldStorePaths(entries).map(({ path }) => path),
    };
    memory.rememberContents(layer.digest, contents);
    return contents;
  };

  const contents = await allOrFirstFailure(
    manifest.layers.map((layer, index) => limit(() => contentsOf(layer, config.rootfs.diff_ids[index]))),
    failure,
  );
  return {
    name: source.name,
    platform: platformOf(config),
    config: config.config ?? {},
    layers: manifest.layers.map(({ digest, size }, index): LayerSummary => {
      const { diffId, sizeBytes, storePaths } = contents[index] as KnownContents;
      return { digest, diffId, sizeBytes, storePaths, compressedBytes: size };
    }),
  };
}

/** The same of an image that was assembled here, whose layers need no reading. */
export function summarizeAssembled(name: string, { config, layers }: Image): ImageSummary {
  return {
    name,
    platform: platformOf(config.value),
    config: config.value.config ?? {},
    layers: layers.map(({ descriptor, diffId, sizeBytes, paths }) => ({
      digest: descriptor.digest,
      diffId,
      sizeBytes,
      storePaths: paths,
      compressedBytes: descriptor.size,
    })),
  };
}

/** The same of an image that was read from end to end. */
export function summarizeDescription(description: ImageDescription): ImageSummary {
  const { name, platform, config, layers } = description;
  return {
    name,
    platform,
    config: config.config ?? {},
    layers: layers.map(({ descriptor, diffId, uncompressedBytes, storePaths }) => ({
      digest: descriptor.digest,
      diffId,
      sizeBytes: uncompressedBytes,
      storePaths: storePaths.map(({ path }) => path),
      compressedBytes: descriptor.size,
    })),
  };
}
