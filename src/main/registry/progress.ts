import type { Digest } from '../../engine/oci/types.ts';

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
const WINDOW_MS = 5_000;

interface Track {
  reportedAt: number;
  doneBytes: number;
  /** Time and bytes at points of the last seconds, for the rate. */
  samples: { readonly at: number; readonly moved: number }[];
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
      samples: [],
      moved: 0,
    };
    tracks.set(digest, track);
    return track;
  };
  const rate = (track: Track, at: number): number => {
    track.samples = track.samples.filter((sample) => at - sample.at <= WINDOW_MS);
    const first = track.samples[0];
    if (first === undefined || at === first.at) return 0;
    return ((track.moved - first.moved) * 1000) / (at - first.at);
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
      track.samples.push({ at, moved: track.moved });
      report({
        digest: blob.digest,
        state: 'moving',
        sizeBytes: blob.size,
        doneBytes,
        bytesPerSecond: rate(track, at),
      });
    },
    get movedBytes() {
      return movedBytes;
    },
  };
}
