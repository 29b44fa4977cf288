import { storePathName } from '../../../engine/graph/closure-graph.ts';
import type { Download } from '../../../shared/contract/jobs.ts';
import { count, formatBytes, formatCount } from '../../../shared/format.ts';
import { ProgressBar } from '../../components/progress.tsx';
import styles from './downloads.module.css';
import { Pane } from './pane.tsx';

/** What is fetched: what is under way by name, the rest as numbers. */
export function Downloads({ downloads }: { readonly downloads: readonly Download[] }) {
  const running = downloads.filter(({ state }) => state === 'running' || state === 'failed');
  const done = downloads.filter(({ state }) => state === 'done').length;
  const doneBytes = downloads.reduce((sum, download) => sum + download.doneBytes, 0);
  const totalBytes = downloads.reduce((sum, { totalBytes: bytes }) => sum + (bytes ?? 0), 0);
  return (
    <Pane
      title="Downloads"
      facts={
        <span>
          {formatCount(done)} of {count(downloads.length, 'path')} · {formatBytes(doneBytes)}
          {totalBytes > 0 && ` of ${formatBytes(totalBytes)}`}
        </span>
      }
    >
      {totalBytes > 0 && done < downloads.length && (
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
