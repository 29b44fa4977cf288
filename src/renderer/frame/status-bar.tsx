import { Check, CircleAlert, Plug, TriangleAlert, X } from 'lucide-react';
import type { JobKind } from '../../shared/contract/job-kinds.ts';
import type { JobSummary } from '../../shared/contract/jobs.ts';
import { count, formatBytes } from '../../shared/format.ts';
import { IconButton } from '../components/button.tsx';
import { ProgressBar } from '../components/progress.tsx';
import { useNow } from '../components/use-now.ts';
import { useClosure } from '../state/closure/store.ts';
import { useDocument } from '../state/document/store.ts';
import { ago } from '../state/format.ts';
import { useHost } from '../state/host.ts';
import { cancelJob, isOver, useJobs } from '../state/jobs.ts';
import { type ScreenId, showPanel, showScreen } from '../state/ui.ts';
import { isOutOfDate } from '../state/work.ts';
import styles from './status-bar.module.css';

/** Where a job shows how it goes. */
const SCREEN_OF = {
  build: 'build',
  image: 'export',
  push: 'export',
  serve: 'export',
  run: 'run',
  catalog: 'pick',
  compare: 'compare',
  open: 'open',
  known: 'strata',
} as const satisfies Record<JobKind, ScreenId>;

export function StatusBar() {
  const { connection, about } = useHost();
  const jobs = useJobs((state) => state.jobs);
  const running = jobs.filter((job) => !isOver(job));
  return (
    <footer className={styles.bar}>
      <BuildState />
      <div className={styles.jobs}>
        {running.slice(0, 2).map((job) => (
          <RunningJob key={job.id} job={job} />
        ))}
        {running.length > 2 && <span>and {count(running.length - 2, 'more job')}</span>}
      </div>
      {connection !== 'open' ? (
        <span className={styles.lost}>
          <Plug size={13} aria-hidden /> Not connected
        </span>
      ) : (
        about && (
          <button type="button" className={styles.quiet} onClick={() => showPanel('doctor')}>
            {about.nixVersion === null ? (
              <>
                <TriangleAlert size={13} aria-hidden /> Nix is not installed
              </>
            ) : (
              `Nix ${about.nixVersion} · ${about.nixSystem} · ${count(about.cores, 'core')}`
            )}
          </button>
        )
      )}
    </footer>
  );
}

function BuildState() {
  const { build, state } = useClosure();
  const document = useDocument((current) => current.open?.history.present);
  const now = useNow(15_000);
  if (document === undefined) return <span />;
  if (build === null) return <span className={styles.item}>Nothing built yet</span>;
  const stale = isOutOfDate(build, document);
  return (
    <button
      type="button"
      className={styles.quiet}
      data-stale={stale || undefined}
      onClick={() => showScreen('build')}
    >
      {stale || state === 'failed' ? <CircleAlert size={13} aria-hidden /> : <Check size={13} aria-hidden />}
      {stale ? 'Changed since the build' : `Built ${ago(build.finishedAt, now)}`} ·{' '}
      {count(build.storePaths, 'path')} · {formatBytes(build.closureBytes)}
    </button>
  );
}

function RunningJob({ job }: { readonly job: JobSummary }) {
  const { progress } = job;
  const value = progress === null || !progress.total ? null : progress.done / progress.total;
  const phase = job.cancelling ? 'Cancelling…' : (progress?.phase ?? 'Starting…');
  return (
    <span className={styles.job}>
      <button type="button" className={styles.quiet} onClick={() => showScreen(SCREEN_OF[job.kind])}>
        {job.title}: {phase}
      </button>
      <span className={styles.meter}>
        <ProgressBar label={job.title} value={value} thin />
      </span>
      <IconButton
        icon={X}
        size={12}
        side="top"
        label={`Cancel: ${job.title}`}
        className={styles.cancel}
        disabled={job.cancelling}
        onClick={() => cancelJob(job.id)}
      />
    </span>
  );
}
