import { diffImages } from '../../src/engine/compare/diff-images.ts';
import type { ImageSummary } from '../../src/engine/compare/image-summary.ts';
import { digestOfHex } from '../../src/engine/oci/digest.ts';
import { type Comparison, comparisonSchema } from '../../src/shared/contract/compare.ts';

export const path = (name: string, hash = 'a') => `/nix/store/${hash.repeat(32)}-${name}`;

/** @param digest hexadecimal digit of the blob's digest, and `diffId` of the contents' */
export function layer(digest: string, diffId: string, ...storePaths: string[]) {
  return {
    digest: digestOfHex(digest.repeat(64)),
    diffId: digestOfHex(diffId.repeat(64)),
    storePaths,
    sizeBytes: 100,
    compressedBytes: 40,
  };
}

export function image(...layers: ImageSummary['layers']): ImageSummary {
  return { name: 'image', platform: { os: 'linux', architecture: 'amd64' }, config: {}, layers };
}

export function comparisonOf(before: ImageSummary, after: ImageSummary): Comparison {
  return comparisonSchema.parse({ before, after, diff: diffImages(before, after) });
}
