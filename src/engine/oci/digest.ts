import type { Digest } from './types.ts';

export const DIGEST = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

/** @param hex what SHA-256 gave, in lower-case hexadecimal. */
export function digestOfHex(hex: string): Digest {
  return `sha256:${hex}` as Digest;
}

/** The hexadecimal digits of a digest. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}

/** The file of a blob in an OCI image layout (image-spec 1.1, image-layout.md). */
export function blobPath(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}
