import type { BlobUpload } from '../../../shared/contract/registry.ts';
import { formatPercent } from '../../../shared/format.ts';

/** How an upload as a whole fares. */
export interface UploadSum {
  /** Bytes that have to go over the network, as far as is known, and those that have. */
  readonly totalBytes: number;
  readonly doneBytes: number;
  readonly bytesPerSecond: number;
  /** Blobs that were there already. */
  readonly present: number;
  readonly moved: number;
  readonly left: number;
}

export function sumUpload(blobs: readonly BlobUpload[]): UploadSum {
  let totalBytes = 0;
  let doneBytes = 0;
  let bytesPerSecond = 0;
  let present = 0;
  let moved = 0;
  for (const blob of blobs) {
    if (blob.state === 'present' || blob.state === 'mounted') {
      present += 1;
      continue;
    }
    totalBytes += blob.sizeBytes;
    doneBytes += blob.doneBytes;
    if (blob.state === 'moved') moved += 1;
    if (blob.state === 'moving') bytesPerSecond += blob.bytesPerSecond;
  }
  return { totalBytes, doneBytes, bytesPerSecond, present, moved, left: blobs.length - present - moved };
}

/** What a blob's state is called. */
export function blobStateText({ state, doneBytes, sizeBytes }: BlobUpload): string {
  switch (state) {
    case 'waiting':
      return 'waiting';
    case 'checking':
      return 'asking';
    case 'moving':
      return formatPercent(sizeBytes === 0 ? 1 : doneBytes / sizeBytes);
    case 'present':
      return 'there already';
    case 'mounted':
      return 'mounted';
    case 'moved':
      return 'uploaded';
  }
}
