import type { ClosureGraph } from '../../engine/graph/closure-graph.ts';
import type { PlannedLayer } from '../../engine/plan/plan.ts';
import type { Compression } from '../../shared/document.ts';
import { Cancelled, StrataError } from '../../shared/errors.ts';
import type { Image } from '../assemble/image.ts';
import { parseReference, type Reference } from '../oci/reference.ts';
import { openMemoryIn, type RegistryAccess, transportOptions } from '../registry/access.ts';
import type { RegistryMemory } from '../registry/memory.ts';
import type { OnWaiting } from '../registry/transport/silence.ts';
import { openTransport, type RegistryTransport } from '../registry/transport/transport.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { fetchCachedLayers, storeCachedLayers } from './layer-cache.ts';
import { plannedLayerKeys } from './planned-keys.ts';

export interface LayerCacheUse {
  /** Where packed layers are looked for; nowhere where it is left out. */
  readonly from: string | undefined;
  /** Where they are put; nowhere where it is left out. */
  readonly to: string | undefined;
  readonly access: RegistryAccess;
  readonly cacheDirectory: string;
  readonly store: BlobStore;
  readonly signal: AbortSignal | undefined;
  /** Tells the user what was found, or why the cache was of no use. */
  readonly note: (line: string) => void;
  readonly onWaiting?: OnWaiting | undefined;
}

/**
 * Assembles an image with a layer cache in a registry around it. A cache that cannot be read is no reason not to build;
 * one that cannot be written is an error, since somebody relies on it.
 */
export async function withLayerCache(
  use: LayerCacheUse,
  planned: {
    readonly graph: ClosureGraph;
    readonly layers: readonly PlannedLayer[];
    readonly compression: Compression;
  },
  assemble: () => Promise<Image>,
): Promise<Image> {
  const { from, to, store, signal, note } = use;
  if (from !== undefined) {
    try {
      const keys = plannedLayerKeys(planned.graph, planned.layers, planned.compression);
      const brought = await inCache(from, use, ({ transport, reference, memory }) =>
        fetchCachedLayers(transport, reference, keys, store, { memory, signal }),
      );
      note(`Took ${brought.length} of ${keys.length} layers from ${from}.`);
    } catch (error) {
      if (error instanceof Cancelled || !(error instanceof StrataError) || error.code === 'usage')
        throw error;
      note(`warning: layers that did not come from ${from} are packed: ${error.message}`);
    }
  }
  const image = await assemble();
  if (to !== undefined) {
    const put = await inCache(to, use, ({ transport, reference, memory }) =>
      storeCachedLayers(transport, reference, image, { memory, signal }),
    );
    note(`Put ${put} of ${image.layers.filter(({ kind }) => kind === 'store').length} layers into ${to}.`);
  }
  return image;
}

interface OpenCache {
  readonly transport: RegistryTransport;
  readonly reference: Reference;
  readonly memory: RegistryMemory;
}

async function inCache<T>(
  text: string,
  { access, cacheDirectory, onWaiting }: LayerCacheUse,
  work: (cache: OpenCache) => Promise<T>,
): Promise<T> {
  const reference = parseReference(text);
  const memory = openMemoryIn(cacheDirectory);
  const transport = openTransport(reference.registry, transportOptions(access, onWaiting));
  try {
    return await work({ transport, reference, memory });
  } finally {
    await transport.close();
    memory.close();
  }
}
