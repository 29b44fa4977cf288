import type { Job } from '../../shared/contract/jobs.ts';
import { formatBytes } from '../../shared/format.ts';
import { ProgressBar } from '../components/progress.tsx';
import { CancelButton } from './job-head.tsx';
import styles from './running-job.module.css';

/** How far a job that reads images is, in a line, with a way to end it. */
export function RunningJob({ job, label }: { readonly job: Job; readonly label: string }) {
  const { progress } = job;
  const { done, total, unit } = progress ?? { done: 0, total: null, unit: 'items' };
  const phase = progress?.phase ?? 'Starting…';
  return (
    <div className={styles.running}>
      <span role="status" className={styles.phase} title={phase}>
        {phase}
      </span>
      <div className={styles.bar}>
        <ProgressBar label={label} value={total ? done / total : null} />
      </div>
      {total !== null && unit === 'bytes' && (
        <span>
          {formatBytes(done)} of {formatBytes(total)}
        </span>
      )}
      <CancelButton job={job} small />
    </div>
  );
}
