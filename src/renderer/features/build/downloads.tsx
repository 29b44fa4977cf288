import { useState } from 'react';
import { storePathName } from '../../../engine/graph/closure-graph.ts';
import type { Download } from '../../../shared/contract/job-kinds.ts';
import { sumDownloads } from '../../../shared/download-sums.ts';
import { count, formatBytes, formatCount } from '../../../shared/format.ts';
import { createRateMeter } from '../../../shared/rate.ts';
import { ProgressBar } from '../../components/progress.tsx';
import { useNow } from '../../components/use-now.ts';
import styles from './downloads.module.css';
import { Pane } from './pane.tsx';

interface DownloadsProps {
  readonly downloads: readonly Download[];
  /** Unpacked bytes that Nix announced, 0 if unknown. */
  readonly plannedBytes: number;
}

/** What is fetched: what is under way by name, the rest as numbers. */
export function Downloads({ downloads, plannedBytes }: DownloadsProps) {
  const running = downloads.filter(({ state }) => state === 'running' || state === 'failed');
  const { finished, doneBytes, totalBytes } = sumDownloads(downloads, plannedBytes);
  const bytesPerSecond = useRate(doneBytes);
  const isRunning = downloads.some(({ state }) => state === 'running');
  return (
    <Pane
      title="Downloads"
      facts={
        <span>
          {formatCount(finished)} of {count(downloads.length, 'path')} · {formatBytes(doneBytes)}
          {totalBytes !== null && ` of ${formatBytes(totalBytes)}`}
          {isRunning && bytesPerSecond > 0 && ` · ${formatBytes(bytesPerSecond)}/s`}
        </span>
      }
    >
      {totalBytes !== null && finished < downloads.length && (
        <ProgressBar thin label="Downloads" value={doneBytes / totalBytes} />
      )}
      <ul className={styles.list}>
        {running.slice(0, 12).map(({ path, from, state, doneBytes: bytes, totalBytes: total }) => (
          <li key={path} className={styles.row} data-state={state}>
            <span className={styles.name}>{storePathName(path)}</span>
            {from && <span className={styles.fact}>{from}</span>}
            <span className={styles.fact}>
              {formatBytes(bytes)}
              {total !== null && ` of ${formatBytes(total)}`}
            </span>
            <ProgressBar
              thin
              label={storePathName(path)}
              value={total ? bytes / total : null}
              tone={state === 'failed' ? 'danger' : 'accent'}
            />
          </li>
        ))}
      </ul>
    </Pane>
  );
}

function useRate(total: number): number {
  const now = useNow(500);
  const [meter] = useState(createRateMeter);
  return meter.note(total, now);
}
