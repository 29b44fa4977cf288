/** How far a download is: of a {@link DownloadSums}, what there is to know. */
interface DownloadProgress {
  readonly state: string;
  readonly doneBytes: number;
  readonly totalBytes: number | null;
}

/** Downloads of a build, taken together. */
export interface DownloadSums {
  readonly count: number;
  readonly finished: number;
  /** Unpacked bytes, where they are store paths. */
  readonly doneBytes: number;
  /** Null while nothing is known of it. */
  readonly totalBytes: number | null;
}

/** @param plannedBytes unpacked, as Nix announced them: a download says its size only when it begins; 0 if unknown */
export function sumDownloads(downloads: readonly DownloadProgress[], plannedBytes: number): DownloadSums {
  const sum = (bytes: (download: DownloadProgress) => number): number =>
    downloads.reduce((total, download) => total + bytes(download), 0);
  const said = sum(({ doneBytes, totalBytes }) => totalBytes ?? doneBytes);
  const allSaid = downloads.every(({ state, totalBytes }) => totalBytes !== null || state === 'done');
  // What Nix announces is rounded.
  const totalBytes = allSaid ? said : plannedBytes > 0 ? Math.max(plannedBytes, said) : 0;
  return {
    count: downloads.length,
    finished: downloads.filter(({ state }) => state === 'done').length,
    doneBytes: sum(({ doneBytes }) => doneBytes),
    totalBytes: totalBytes > 0 ? totalBytes : null,
  };
}
