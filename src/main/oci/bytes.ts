import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { canonicalJson } from '../../engine/oci/canonical-json.ts';
import { digestOfHex } from '../../engine/oci/digest.ts';
import type { Descriptor, Digest } from '../../engine/oci/types.ts';
import type { BlobSource } from './image-source.ts';

export function digestOf(bytes: Uint8Array): Digest {
  return digestOfHex(createHash('sha256').update(bytes).digest('hex'));
}

export function describeBytes(bytes: Uint8Array, mediaType: string): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

/** A JSON document of an image as it is stored: its bytes decide its digest. */
export interface JsonBlob<T> {
  readonly value: T;
  readonly bytes: Buffer;
  readonly descriptor: Descriptor;
}

export function jsonBlob<T>(value: T, mediaType: string): JsonBlob<T> {
  const bytes = Buffer.from(canonicalJson(value), 'utf8');
  return { value, bytes, descriptor: describeBytes(bytes, mediaType) };
}

/** One blob that is in memory. */
export function bytesSource(bytes: Buffer): BlobSource {
  return {
    openBlob: async (_, range) =>
      Readable.from([range === undefined ? bytes : bytes.subarray(range.start, range.end)], {
        objectMode: false,
      }),
  };
}
