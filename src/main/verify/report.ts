import type { RootHazard } from '../../engine/contents/root-hazards.ts';
import type { LayerCompression } from '../../engine/oci/media-types.ts';
import type { Descriptor, Digest, ImageConfig, Manifest } from '../../engine/oci/types.ts';

/** Stable names for what can be wrong with an image. */
export type ProblemCode =
  | 'archive-damaged'
  | 'not-valid-json'
  | 'missing-file'
  | 'size-mismatch'
  | 'digest-mismatch'
  | 'diff-id-mismatch'
  | 'layer-damaged'
  | 'layer-too-large'
  | 'layer-count-mismatch'
  | 'history-mismatch'
  | 'media-type-mismatch'
  | RootHazard['code'];

export interface Problem {
  readonly code: ProblemCode;
  /** The file in the archive, or in the layout that the image amounts to. */
  readonly place: string;
  /** A whole sentence. */
  readonly message: string;
}

export interface VerificationReport {
  /** `oci` may be a docker-archive as well: see {@link isDockerArchive}. `dir` is what skopeo calls so. */
  readonly format: 'oci' | 'docker-archive' | 'oci-dir' | 'dir' | 'registry';
  /** Whether `docker load` of any version takes it. */
  readonly isDockerArchive: boolean;
  /** Several where an index has them, such as one a platform. */
  readonly images: readonly VerifiedImage[];
  /** All that is wrong; an image is sound when there is none. */
  readonly problems: readonly Problem[];
}

export interface VerifiedImage {
  /** Names or tags under which the archive has it. */
  readonly references: readonly string[];
  /** Where the format has a manifest of OCI or Docker. */
  readonly manifest?: { readonly descriptor: Descriptor; readonly value: Partial<Manifest> };
  /** Undefined where the configuration is missing or cannot be read, or is not that of a container. */
  readonly config?: {
    readonly digest: Digest;
    readonly sizeBytes: number;
    readonly value: ImageConfig;
  };
  readonly layers: readonly VerifiedLayer[];
}

export interface VerifiedLayer {
  /** The file in the archive. */
  readonly path: string;
  readonly mediaType?: string;
  /** Of a foreign layer that the archive rightly does not hold: where its maker offers it. It is not checked. */
  readonly heldElsewhere?: readonly string[];
  /** As measured; undefined where the file is missing. */
  readonly digest?: Digest;
  readonly compressedBytes?: number;
  /** As measured; undefined where the layer cannot be decompressed. */
  readonly compression?: LayerCompression;
  readonly diffId?: Digest;
  readonly sizeBytes?: number;
  /** What the configuration says was done: its comment, else its command. */
  readonly history?: string;
}
