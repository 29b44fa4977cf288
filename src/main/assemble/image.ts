import type { LayerCompression } from '../../engine/oci/media-types.ts';
import type { Descriptor, Digest, ImageConfig, Manifest } from '../../engine/oci/types.ts';
import type { CompressionSettings } from '../archive/codec.ts';
import type { JsonBlob } from '../oci/bytes.ts';
import type { BaseRoot } from '../root/base-root.ts';
import type { RootConflict, RootOmission } from '../root/merge-packages.ts';

/** `base`: of the image that this one is built on. `files`: the user's own. */
export type LayerKind = 'base' | 'store' | 'root' | 'files';

/** An image to build on, whose layers are in the blob store. */
export interface BaseImage {
  /** What messages call it. */
  readonly name: string;
  /** `REGISTRY/REPOSITORY[:TAG]`; undefined for one of a file. */
  readonly reference: string | undefined;
  /** Of its manifest, not of the index that it is in. */
  readonly digest: Digest;
  readonly config: ImageConfig;
  /** In manifest order. */
  readonly layers: readonly BaseLayer[];
  readonly root: BaseRoot;
  /** What it has and the image on top does not, as whole sentences. */
  readonly notices: readonly string[];
}

export interface BaseLayer {
  readonly digest: Digest;
  readonly diffId: Digest;
  readonly compression: LayerCompression;
  readonly sizeBytes: number;
  readonly uncompressedBytes: number;
  /** The store paths that it has, ascending. */
  readonly paths: readonly string[];
  readonly isFetched: boolean;
}

export interface AssembledLayer {
  readonly descriptor: Descriptor;
  readonly diffId: Digest;
  /** Of the uncompressed archive. */
  readonly sizeBytes: number;
  /** Of the blob. */
  readonly compressedBytes: number;
  readonly kind: LayerKind;
  /** The store paths in it, ascending; none in the root layer and in those of files. */
  readonly paths: readonly string[];
  /** Their names without hash, as the history has them. */
  readonly packages: readonly string[];
  /** Of a layer of the user's own files: the uppermost of its paths in the image. */
  readonly files: readonly string[];
  /** What identifies the layer in the cache; undefined where the graph has no hashes, so that it cannot be cached. */
  readonly key: string | undefined;
  /**
   * Where its bytes came from. `repaired`: the cache had it, but damaged, so it was packed again. `fetched`: from where the
   * base is.
   */
  readonly origin: 'cached' | 'packed' | 'repaired' | 'fetched';
  /** The blob on disk, in the blob store. */
  readonly file: string;
}

/** An image whose layers are in the blob store. */
export interface Image {
  readonly manifest: JsonBlob<Manifest>;
  readonly config: JsonBlob<ImageConfig>;
  /** In manifest order: those of the base, those of the store, the root layer, and the user's own files. */
  readonly layers: readonly AssembledLayer[];
  readonly conflicts: readonly RootConflict[];
  readonly omissions: readonly RootOmission[];
  readonly base: BaseImage | undefined;
  /** What a user should know besides, as whole sentences. */
  readonly notices: readonly string[];
  readonly compression: CompressionSettings;
}

/** What writing an image to a file takes: a pulled one has no more. */
export interface ExportableImage extends Pick<Image, 'manifest' | 'config'> {
  readonly layers: readonly Pick<AssembledLayer, 'descriptor' | 'file'>[];
  readonly compression: Pick<CompressionSettings, 'type'>;
}
