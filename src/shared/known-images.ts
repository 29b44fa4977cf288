import type { ClosureGraph } from '../engine/graph/closure-graph.ts';
import type { Digest } from '../engine/oci/types.ts';
import type { PlanHints } from '../engine/plan/hints.ts';

/** A layer of store paths that another image has, or is planned to have. */
export interface ExistingLayer {
  /** Absolute, ascending. */
  readonly paths: readonly string[];
  /** Of its blob and of the tar in it; undefined where it is only planned. */
  readonly digest?: Digest | undefined;
  readonly diffId?: Digest | undefined;
  readonly compressedBytes?: number | undefined;
}

/** An image whose layers are as they are: a plan, an archive, or one in a registry. */
export interface ExistingImage {
  readonly type: 'existing';
  /** As it was asked for; for a directory, the file in it. */
  readonly name: string;
  /** A layer that several images of a planned set have stands here once for each. */
  readonly layers: readonly ExistingLayer[];
  /** Layers of store paths that another program packed: the same paths, packed by Strata, have other bytes. */
  readonly packedElsewhere: number;
}

/** An image that is planned along, so that it comes to the same layers where both have the same paths. */
export interface PlannedImage {
  readonly type: 'planned';
  readonly name: string;
  readonly graph: ClosureGraph;
  /** Of the document; undefined for a closure graph. */
  readonly budget?: number | undefined;
  readonly hints?: PlanHints | undefined;
}

export type KnownImage = ExistingImage | PlannedImage;

/** A known image with its layers, whether they exist or are only planned. */
export interface ComparedImage extends Omit<ExistingImage, 'type'> {
  readonly type: KnownImage['type'];
}
