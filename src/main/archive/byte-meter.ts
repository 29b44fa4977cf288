import { createHash } from 'node:crypto';
import { digestOfHex } from '../../engine/oci/digest.ts';
import type { Digest } from '../../engine/oci/types.ts';

/** Counts bytes that pass by, and their digest. */
export interface ByteMeter {
  take(bytes: Uint8Array): void;
  bytes(): number;
  /** Once, at the end. */
  digest(): Digest;
}

export function byteMeter(): ByteMeter {
  const hash = createHash('sha256');
  let count = 0;
  return {
    take(bytes) {
      hash.update(bytes);
      count += bytes.length;
    },
    bytes: () => count,
    digest: () => digestOfHex(hash.digest('hex')),
  };
}
