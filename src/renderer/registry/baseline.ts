import { useMemo } from 'react';
import type { ImageResult } from '../../shared/contract/images.ts';
import type { RemoteLayer } from '../../shared/contract/registry.ts';
import type { ShownFailure } from '../client/failure.ts';
import { useClosure } from '../state/closure/store.ts';
import { useAgainst, useReference, useRegistryImage } from './registry-state.ts';

/** A layer that is there: what it holds, and what it weighs unpacked and as a blob. */
export type LayerThere = Pick<RemoteLayer, 'storePaths' | 'sizeBytes' | 'compressedBytes'>;

/** The image that everything is compared with: what a push moves, what is marked as new, what changed. */
export interface Baseline {
  readonly kind: 'last' | 'reference';
  /** In a sentence: `the last image`, or the reference. */
  readonly title: string;
  /** null where nothing is there, so that all is new; undefined while that is not known. */
  readonly layers: readonly LayerThere[] | null | undefined;
  /** Blobs for each uncompressed byte, where an image tells: what a new layer is likely to compress to. */
  readonly compressionRatio: number | null;
  readonly asking: boolean;
  readonly failure: ShownFailure | null;
  /** Asks the registry, once more where it was asked before. */
  readonly ask: () => void;
}

/** The one that is chosen for the open document. */
export function useBaseline(): Baseline {
  const image = useClosure((state) => state.image);
  const kind = useAgainst();
  const reference = useReference();
  const { image: there, asking, failure, ask } = useRegistryImage(reference, kind === 'reference');
  const last = useMemo(() => image && layersOf(image), [image]);
  const layers = kind === 'last' ? last : there === undefined ? undefined : (there?.layers ?? null);
  const isOfRegistry = kind === 'reference';
  return {
    kind,
    title: isOfRegistry ? reference : 'the last image',
    layers,
    compressionRatio: ratioOf(layers ?? []) ?? ratioOf(last ?? []),
    asking: isOfRegistry && asking,
    failure: isOfRegistry ? failure : null,
    ask,
  };
}

/** The layers of an image that was packed here. Only those of packages are ever the same as planned ones. */
export function layersOf(image: Pick<ImageResult, 'layers'>): LayerThere[] {
  return image.layers.map(({ kind, storePaths, sizeBytes, compressedBytes }) => ({
    storePaths: kind === 'store' ? storePaths.toSorted() : [],
    sizeBytes,
    compressedBytes,
  }));
}

/** @returns null where no layer says what it is as a blob */
function ratioOf(layers: readonly LayerThere[]): number | null {
  let [sizes, blobs] = [0, 0];
  for (const { sizeBytes, compressedBytes } of layers) {
    sizes += sizeBytes;
    blobs += compressedBytes;
  }
  return sizes === 0 ? null : blobs / sizes;
}
