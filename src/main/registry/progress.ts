import type { Digest } from '../../engine/oci/types.ts';
import { createRateMeter, type RateMeter } from '../../shared/rate.ts';

/** How a blob fares on its way to or from a registry. */
export interface BlobProgress {
  readonly digest: Digest;
  readonly state: 'checking' | 'moving' | 'present' | 'mounted' | 'moved';
  readonly sizeBytes: number;
  readonly doneBytes: number;
  /** Mean over the last seconds, 0 before there is one. */
  readonly bytesPerSecond: number;
}

export type OnBlobProgress = (progress: BlobProgress) => void;

/** Follows the blobs of one transfer. */
export interface TransferMeter {
  state(blob: { readonly digest: Digest; readonly size: number }, state: BlobProgress['state']): void;
  /** @param movedBytes what of it went over the network just now. */
  bytes(
    blob: { readonly digest: Digest; readonly size: number },
    doneBytes: number,
    movedBytes: number,
  ): void;
  /** Bytes that went over the network, those of pieces that had to go twice included. */
  readonly movedBytes: number;
}

const REPORT_EVERY_MS = 100;

interface Track {
  reportedAt: number;
  doneBytes: number;
  readonly rate: RateMeter;
  moved: number;
}

/**
 * Reports at most ten times a second and blob, apart from changes of state, which are always reported.
 *
 * @param now milliseconds from any start, which nobody sets back.
 */
export function createTransferMeter(
  report: OnBlobProgress,
  now: () => number = () => performance.now(),
): TransferMeter {
  const tracks = new Map<Digest, Track>();
  let movedBytes = 0;

  const trackOf = (digest: Digest): Track => {
    const track = tracks.get(digest) ?? {
      reportedAt: Number.NEGATIVE_INFINITY,
      doneBytes: 0,
      rate: createRateMeter(),
      moved: 0,
    };
    tracks.set(digest, track);
    return track;
  };

  return {
    state(blob, state) {
      const track = trackOf(blob.digest);
      const there = state === 'present' || state === 'mounted' || state === 'moved';
      report({
        digest: blob.digest,
        state,
        sizeBytes: blob.size,
        doneBytes: there ? blob.size : track.doneBytes,
        bytesPerSecond: 0,
      });
    },
    bytes(blob, doneBytes, moved) {
      const track = trackOf(blob.digest);
      track.doneBytes = doneBytes;
      track.moved += moved;
      movedBytes += moved;
      const at = now();
      if (at - track.reportedAt < REPORT_EVERY_MS) return;
      track.reportedAt = at;
      report({
        digest: blob.digest,
        state: 'moving',
        sizeBytes: blob.size,
        doneBytes,
        bytesPerSecond: track.rate.note(track.moved, at),
      });
    },
    get movedBytes() {
      return movedBytes;
    },
  };
}
