import type { Job } from '../../shared/contract/jobs.ts';
import { Button } from '../components/button.tsx';
import { cancelJob, isOver } from '../state/jobs.ts';
import styles from './job-head.module.css';

/** What a job is, what it does now, how fast, and a way to end it. */
export function JobHead({
  job,
  title,
  rate,
}: {
  readonly job: Job;
  readonly title: string;
  readonly rate: string | null;
}) {
  const over = isOver(job);
  return (
    <header className={styles.head}>
      <strong>{title}</strong>
      <span role="status">{over ? '' : (job.progress?.phase ?? 'Starting…')}</span>
      <span className={styles.space} />
      {!over && rate !== null && <span>{rate}</span>}
      {!over && <CancelButton job={job} small />}
    </header>
  );
}

export function CancelButton({ job, small = false }: { readonly job: Job; readonly small?: boolean }) {
  return (
    <Button small={small} variant="danger" disabled={job.cancelling} onClick={() => cancelJob(job.id)}>
      {job.cancelling ? 'Cancelling…' : 'Cancel'}
    </Button>
  );
}
