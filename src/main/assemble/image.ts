import type { Descriptor, Digest, ImageConfig, Manifest } from '../../engine/oci/types.ts';
import type { CompressionSettings } from '../archive/codec.ts';
import type { JsonBlob } from '../oci/bytes.ts';
import type { RootConflict, RootOmission } from './merge-packages.ts';

export interface AssembledLayer {
  readonly descriptor: Descriptor;
  readonly diffId: Digest;
  /** Of the uncompressed archive. */
  readonly sizeBytes: number;
  /** Of the blob. */
  readonly compressedBytes: number;
  /** The store paths in it, ascending; none in the root layer. */
  readonly paths: readonly string[];
  /** Their names without hash, as the history has them. */
  readonly packages: readonly string[];
  readonly isRoot: boolean;
  /** What identifies the layer in the cache; undefined where the graph has no hashes, so that it cannot be cached. */
  readonly key: string | undefined;
  /** Where its bytes came from. `repaired`: the cache had it, but damaged, so it was packed again. */
  readonly origin: 'cached' | 'packed' | 'repaired';
  /** The blob on disk, in the blob store. */
  readonly file: string;
}

/** An image whose layers are in the blob store. */
export interface Image {
  readonly manifest: JsonBlob<Manifest>;
  readonly config: JsonBlob<ImageConfig>;
  /** In manifest order; the root layer is last. */
  readonly layers: readonly AssembledLayer[];
  readonly conflicts: readonly RootConflict[];
  readonly omissions: readonly RootOmission[];
  readonly compression: CompressionSettings;
}

/** What writing an image to a file takes: a pulled one has no more. */
export interface ExportableImage extends Pick<Image, 'manifest' | 'config'> {
  readonly layers: readonly Pick<AssembledLayer, 'descriptor' | 'file'>[];
  readonly compression: Pick<CompressionSettings, 'type'>;
}
