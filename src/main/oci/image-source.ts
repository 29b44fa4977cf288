import type { Readable } from 'node:stream';
import type { Descriptor } from '../../engine/oci/types.ts';

/** A part of a blob, `end` not included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Blobs by digest. */
export interface BlobSource {
  /**
   * @throws StrataError `corrupt-blob` or `invalid-image` where the blob is missing, or is found, at the end of the
   *   stream at the latest, not to be what its digest says. A part of a blob cannot be checked.
   */
  openBlob(descriptor: Pick<Descriptor, 'digest' | 'size'>, range?: ByteRange): Promise<Readable>;
}

/** An image, or an index of several, wherever it is: a file, a directory, the blob store, a registry. */
export interface ImageSource extends BlobSource {
  /** What messages call it, such as a path or a reference. */
  readonly name: string;
  /** The manifest or index that everything else is reached from. */
  readonly root: Descriptor;
  /** The bytes of a manifest or an index, checked against the digest. */
  readManifest(descriptor: Descriptor, signal?: AbortSignal): Promise<Buffer>;
  close(): Promise<void>;
}
