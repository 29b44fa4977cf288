import { type ClosureGraph, pathsAt } from '../graph/closure-graph.ts';
import type { PlannedLayer } from '../plan/plan.ts';
import type { ImageSummary } from './image-summary.ts';

/** What a registry is known to have, for looking planned layers up. */
export interface RegistryLayers {
  /** Bytes of the blob by the layer's store paths, ascending, one a line. */
  readonly blobBytes: ReadonlyMap<string, number>;
  /** The layers of store paths from the first on, in the same form. */
  readonly chain: readonly string[];
  /** Bytes of blobs for each uncompressed byte, over all layers: what a new layer is likely to compress to. */
  readonly compressionRatio: number;
}

export interface PlannedUpload {
  /** One entry a planned layer: whether the registry has it. */
  readonly present: readonly boolean[];
  readonly newLayers: number;
  /** Of the new layers, uncompressed. */
  readonly newBytes: number;
  /** What they are likely to be as blobs. */
  readonly estimatedUploadBytes: number;
  /** Uncompressed bytes for a client that has the image there, and finds a layer only where all before it are the same. */
  readonly newBytesByChain: number;
}

/** Takes note of the image that a push is compared with: that of a reference, or the last build. */
export function registryLayers(image: ImageSummary): RegistryLayers {
  const blobBytes = new Map<string, number>();
  const chain: string[] = [];
  let uncompressed = 0;
  let blobs = 0;
  for (const { storePaths, sizeBytes, compressedBytes } of image.layers) {
    if (compressedBytes === undefined) continue;
    uncompressed += sizeBytes;
    blobs += compressedBytes;
    if (storePaths.length === 0) continue;
    const key = storePaths.join('\n');
    blobBytes.set(key, compressedBytes);
    chain.push(key);
  }
  return { blobBytes, chain, compressionRatio: uncompressed === 0 ? 1 : blobs / uncompressed };
}

/**
 * What a push of planned layers would upload. Cheap enough for every frame of a drag: it reads each path of the graph
 * once. A layer is taken for present when one with the same store paths is, which holds for one packer and compression.
 */
export function planUpload(
  graph: ClosureGraph,
  layers: readonly PlannedLayer[],
  known: RegistryLayers,
): PlannedUpload {
  let newBytes = 0;
  let newBytesByChain = 0;
  let isSameStart = true;
  const present = layers.map(({ nodes, sizeBytes }, index) => {
    const paths = pathsAt(graph, nodes).join('\n');
    const isPresent = known.blobBytes.has(paths);
    if (!isPresent) newBytes += sizeBytes;
    isSameStart &&= known.chain[index] === paths;
    if (!isSameStart) newBytesByChain += sizeBytes;
    return isPresent;
  });
  return {
    present,
    newLayers: present.filter((isPresent) => !isPresent).length,
    newBytes,
    estimatedUploadBytes: Math.round(newBytes * known.compressionRatio),
    newBytesByChain,
  };
}
