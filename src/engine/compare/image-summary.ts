import type { Digest, Platform, RuntimeConfig } from '../oci/types.ts';

/** A layer as far as two images can be compared by it. */
export interface LayerSummary {
  /** Of the blob and of its contents. */
  readonly digest: Digest;
  readonly diffId: Digest;
  /** Absolute store paths, ascending; none in a layer that holds something else. */
  readonly storePaths: readonly string[];
  /** The uncompressed archive. */
  readonly sizeBytes: number;
  /** The blob. */
  readonly compressedBytes: number;
}

/** An image as far as it can be compared with another. */
export interface ImageSummary {
  readonly name: string;
  readonly platform: Platform;
  readonly config: RuntimeConfig;
  /** In manifest order. */
  readonly layers: readonly LayerSummary[];
}
