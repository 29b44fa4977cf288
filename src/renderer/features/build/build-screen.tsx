import { CircleCheck, Hammer, Layers, OctagonX, PackageSearch } from 'lucide-react';
import { useState } from 'react';
import type { JobDetail } from '../../../shared/contract/job-kinds.ts';
import type { Job } from '../../../shared/contract/jobs.ts';
import { count, formatBytes, formatCount, formatDuration } from '../../../shared/format.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FailureCard } from '../../components/failure-card.tsx';
import { ProgressBar, Spinner } from '../../components/progress.tsx';
import { Split } from '../../components/split.tsx';
import { useNow } from '../../components/use-now.ts';
import { useClosure } from '../../state/closure/store.ts';
import { useTheDocument } from '../../state/document/store.ts';
import { ago } from '../../state/format.ts';
import { cancelJob, isOver } from '../../state/jobs.ts';
import { showScreen } from '../../state/ui.ts';
import { fixTitle, isOutOfDate, startBuild, takeFix, useBuildJob } from '../../state/work.ts';
import styles from './build-screen.module.css';
import { BuildSummary } from './build-summary.tsx';
import { BuiltPackages } from './built-packages.tsx';
import { Derivations } from './derivations.tsx';
import { Downloads } from './downloads.tsx';
import { LogView } from './log-view.tsx';

/** What Nix does to make the packages, live. */
export function BuildScreen() {
  const job = useBuildJob();
  const [selected, setSelected] = useState<string | null>(null);
  if (job === null || job.detail.kind !== 'build') return <NoBuild />;
  const { detail } = job;
  const failed = detail.derivations.find(({ state }) => state === 'failed');
  const running = detail.derivations.find(({ state }) => state === 'running');
  const shown =
    detail.derivations.find(({ derivation }) => derivation === selected) ?? failed ?? running ?? null;
  return (
    <div className={styles.screen}>
      <BuildHead job={job} detail={detail} />
      {job.state === 'failed' && job.failure !== null && (
        <div className={styles.failure}>
          <FailureCard
            title="The build failed"
            failure={job.failure}
            actions={job.failure.fixes.map((fix) => (
              <Button
                key={JSON.stringify(fix)}
                small
                variant={fix.type === 'remove-package' ? 'danger' : 'default'}
                onClick={() => takeFix(fix)}
              >
                {fixTitle(fix)}
              </Button>
            ))}
          />
        </div>
      )}
      <Split
        id="build"
        panes={[
          { id: 'tree', min: 280 },
          { id: 'log', size: 560, min: 260 },
        ]}
      >
        <div className={styles.tree}>
          {detail.derivations.length === 0 && detail.downloads.length === 0 && detail.result === null ? (
            <EmptyState plain title={isOver(job) ? 'Nothing was built' : 'Evaluating'}>
              {isOver(job) ? null : 'Nix works out what has to be built and what can be fetched.'}
            </EmptyState>
          ) : (
            <>
              {detail.result !== null && <BuiltPackages result={detail.result} />}
              {detail.result !== null && (
                <BuildSummary result={detail.result} derivations={detail.derivations} />
              )}
              {detail.derivations.length > 0 && (
                <Derivations
                  derivations={detail.derivations}
                  selected={shown?.derivation ?? null}
                  onSelect={setSelected}
                />
              )}
              {detail.downloads.length > 0 && (
                <Downloads downloads={detail.downloads} plannedBytes={announcedBytes(job)} />
              )}
            </>
          )}
        </div>
        <LogView key={`${job.id} ${shown?.derivation}`} job={job} derivation={shown} />
      </Split>
    </div>
  );
}

function BuildHead({ job, detail }: { readonly job: Job; readonly detail: JobDetail<'build'> }) {
  const over = isOver(job);
  const now = useNow(over ? 60_000 : 500);
  const started = job.startedAt === null ? now : Date.parse(job.startedAt);
  const ended = job.finishedAt === null ? now : Date.parse(job.finishedAt);
  const { progress } = job;
  const value = progress?.total ? progress.done / progress.total : null;
  const { result } = detail;
  return (
    <header className={styles.head}>
      <div className={styles.state}>
        {job.state === 'done' ? (
          <CircleCheck className={styles.ok} size={22} aria-hidden />
        ) : job.state === 'failed' || job.state === 'cancelled' ? (
          <OctagonX className={styles.bad} size={22} aria-hidden />
        ) : (
          <Spinner />
        )}
        <div>
          <h2 className={styles.title}>{titleOf(job)}</h2>
          <p role="status" className={styles.phase}>
            {over
              ? result === null
                ? `After ${formatDuration(Math.max(0, ended - started))}`
                : `${summary(result)} in ${formatDuration(Math.max(0, ended - started))}`
              : (progress?.phase ?? 'Starting…')}
          </p>
        </div>
        <span className={styles.space} />
        {!over && <span className={styles.time}>{formatDuration(Math.max(0, now - started))}</span>}
        {!over ? (
          <Button variant="danger" disabled={job.cancelling} onClick={() => cancelJob(job.id)}>
            {job.cancelling ? 'Cancelling…' : 'Cancel'}
          </Button>
        ) : (
          <>
            <Button icon={Hammer} onClick={() => void startBuild()}>
              Build again
            </Button>
            {job.state === 'done' && (
              <Button variant="primary" icon={Layers} onClick={() => showScreen('strata')}>
                See the strata
              </Button>
            )}
          </>
        )}
      </div>
      {!over && <ProgressBar label="Build" value={value} />}
      {result !== null && result.notices.length > 0 && (
        <ul className={styles.notices}>
          {result.notices.map((notice) => (
            <li key={notice}>{notice}</li>
          ))}
        </ul>
      )}
    </header>
  );
}

function announcedBytes({ progress }: Job): number {
  return progress?.unit === 'bytes' ? (progress.total ?? 0) : 0;
}

function titleOf(job: Job): string {
  switch (job.state) {
    case 'queued':
      return 'Waiting to build';
    case 'running':
      return job.cancelling ? 'Cancelling the build' : 'Building';
    case 'done':
      return 'Built';
    case 'failed':
      return 'The build failed';
    case 'cancelled':
      return 'The build was cancelled';
  }
}

function summary(result: NonNullable<JobDetail<'build'>['result']>): string {
  const parts = [
    result.built > 0 ? `${formatCount(result.built)} built` : null,
    result.downloaded > 0 ? `${formatCount(result.downloaded)} fetched` : null,
  ].filter((part) => part !== null);
  const work = parts.length === 0 ? 'Nothing to do' : parts.join(', ');
  return `${work}: ${count(result.storePaths, 'path')}, ${formatBytes(result.closureBytes)}`;
}

/** Before the first build since the host started. */
function NoBuild() {
  const document = useTheDocument();
  const build = useClosure((state) => state.build);
  const now = useNow(60_000);
  if (document.packages.length === 0) {
    return (
      <EmptyState
        title="Nothing to build yet"
        actions={
          <Button variant="primary" icon={PackageSearch} onClick={() => showScreen('pick')}>
            Pick packages
          </Button>
        }
      />
    );
  }
  const stale = isOutOfDate(build, document);
  return (
    <EmptyState
      title={
        build === null ? 'Not built yet' : stale ? 'Changed since the last build' : 'Everything is built'
      }
      actions={
        <>
          <Button
            variant={build === null || stale ? 'primary' : 'default'}
            icon={Hammer}
            onClick={() => void startBuild()}
          >
            {build === null ? 'Build' : 'Build again'}
          </Button>
          {build !== null && (
            <Button icon={Layers} onClick={() => showScreen('strata')}>
              See the strata
            </Button>
          )}
        </>
      }
    >
      {build === null
        ? `Nix builds or fetches ${count(document.packages.length, 'package')} and what they need.`
        : `The last build was ${ago(build.finishedAt, now)}: ${count(build.storePaths, 'path')}, ${formatBytes(build.closureBytes)}.`}
    </EmptyState>
  );
}
