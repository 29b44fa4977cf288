import { type ClosureGraph, pathsAt } from '../graph/closure-graph.ts';
import type { Digest, Platform, RuntimeConfig } from '../oci/types.ts';
import type { PlannedLayer } from '../plan/plan.ts';

/** A layer as far as two images can be compared by it. */
export interface LayerSummary {
  /** Of the blob and of its contents; undefined for a layer that is only planned. */
  readonly digest?: Digest | undefined;
  readonly diffId?: Digest | undefined;
  /** Absolute store paths, ascending; none in a layer that holds something else. */
  readonly storePaths: readonly string[];
  /** The uncompressed archive. Of a planned layer: the sum of its NARs, which is within a few percent of it. */
  readonly sizeBytes: number;
  /** The blob; undefined for a layer that is only planned. */
  readonly compressedBytes?: number | undefined;
}

/** An image as far as it can be compared with another: one that exists, or one that a document describes. */
export interface ImageSummary {
  readonly name: string;
  readonly platform: Platform;
  readonly config: RuntimeConfig;
  /** In manifest order. */
  readonly layers: readonly LayerSummary[];
}

/** The image that a plan would make. It has no root layer yet, whose bytes depend on the packages' files. */
export function summarizePlan(
  name: string,
  platform: Platform,
  config: RuntimeConfig,
  graph: ClosureGraph,
  layers: readonly PlannedLayer[],
): ImageSummary {
  return {
    name,
    platform,
    config,
    layers: layers.map(({ nodes, sizeBytes }) => ({
      storePaths: pathsAt(graph, nodes),
      sizeBytes,
    })),
  };
}
