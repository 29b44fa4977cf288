import { useQuery } from '@tanstack/react-query';
import { Plus, RotateCcw, Square, X } from 'lucide-react';
import type { Job, JobSummary } from '../../../shared/contract/jobs.ts';
import type { RunUsage } from '../../../shared/contract/runs.ts';
import { formatBytes } from '../../../shared/format.ts';
import type { ShownFailure } from '../../client/failure.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FailureCard } from '../../components/failure-card.tsx';
import { Page } from '../../components/page.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { useNow } from '../../components/use-now.ts';
import { RunningJob } from '../../jobs/running-job.tsx';
import { refOf } from '../../state/document/actions.ts';
import { addPackages } from '../../state/document/edits.ts';
import { edit, useOpen } from '../../state/document/store.ts';
import { host, useHost } from '../../state/host.ts';
import { belongsTo, cancelJob, dismissJob, isOver, useJobs } from '../../state/jobs.ts';
import { useJob } from '../../state/use-job.ts';
import { useStart } from '../../state/use-start.ts';
import { RunForm } from './run-form.tsx';
import styles from './run-screen.module.css';
import { chooseRun, restartRun, useRunChoice } from './run-state.ts';
import { PastOutput, RunTerminal } from './terminal.tsx';

/** Run the image in a terminal. */
export function RunScreen() {
  const open = useOpen();
  const mayRun = useHost((state) => state.about?.mayRun ?? true);
  const jobs = useJobs((state) => state.jobs);
  const { shown } = useRunChoice();
  const runs = jobs.filter((job) => job.kind === 'run' && belongsTo(job, refOf(open)));
  const current = runs.find(({ id }) => id === shown) ?? runs[0] ?? null;
  if (!mayRun) {
    return (
      <EmptyState title="No programs may be run from this window">
        <p>Whoever serves it forbids that (--no-run). “strata run” in a terminal is another matter.</p>
      </EmptyState>
    );
  }
  return (
    <Page title="Run" aside={null}>
      <RunForm />
      {runs.length > 1 && current !== null && (
        <Segmented
          label="Runs"
          value={current.id}
          options={runs.map((job, index) => ({ value: job.id, title: tabTitle(job, runs.length - index) }))}
          onChange={(id) => chooseRun({ shown: id })}
        />
      )}
      {current === null ? <LastRun /> : <Run key={current.id} summary={current} />}
    </Page>
  );
}

function tabTitle(job: JobSummary, number: number): string {
  return `${number}. ${job.title}${isOver(job) ? '' : ' · runs'}`;
}

/** One run: its terminal, what it takes, and how it ended. */
function Run({ summary }: { readonly summary: JobSummary }) {
  const job = useJob(summary.id);
  const again = useStart(restartRun);
  const running = !isOver(summary);
  const detail = job?.detail.kind === 'run' ? job.detail : null;
  const isStarted = detail !== null && detail.engine !== null;
  return (
    <Card title={summary.title}>
      {running && job !== null && !isStarted && <RunningJob job={job} label="Making ready" />}
      <div className={styles.actions}>
        {running && isStarted && (
          <Button icon={Square} disabled={summary.cancelling} onClick={() => cancelJob(summary.id)}>
            {summary.cancelling ? 'Stopping…' : 'Stop'}
          </Button>
        )}
        {(isStarted || !running) && (
          <Button
            icon={RotateCcw}
            disabled={again.starting || summary.cancelling}
            onClick={() => again.start(summary.id)}
          >
            {running ? 'Restart' : 'Run again'}
          </Button>
        )}
        {!running && (
          <Button variant="ghost" icon={X} onClick={() => dismissJob(summary.id)}>
            Dismiss
          </Button>
        )}
        <p role="status">{job === null ? '' : endWords(job)}</p>
        {detail?.missing && (
          <Button
            small
            icon={Plus}
            onClick={() => addPackage(detail.missing?.packageName ?? '')}
          >{`Add ${detail.missing.packageName}`}</Button>
        )}
        {running && detail?.usage && <Usage usage={detail.usage} startedAt={summary.startedAt} />}
      </div>
      {isStarted && <RunTerminal job={summary.id} />}
      {running && isStarted && <p className={styles.hint}>Shift+Esc leaves the terminal.</p>}
      {again.failure && <FailureCard compact title="It could not be run again" failure={again.failure} />}
      {summary.failure && <NotRun failure={summary.failure} />}
    </Card>
  );
}

const NOT_FOUND = 127;

function endWords({ state, detail }: Job): string {
  if (state === 'cancelled') return 'Stopped.';
  if (state !== 'done' || detail.kind !== 'run' || detail.exitCode === null) return '';
  const said = `It exited with ${detail.exitCode}.`;
  if (detail.missing !== null) return `${said} ${detail.missing.program} is not in the image.`;
  return detail.exitCode === NOT_FOUND ? `${said} A program that it called is not in the image.` : said;
}

/** What a program and all that it started take now. */
function Usage({ usage, startedAt }: { readonly usage: RunUsage; readonly startedAt: string | null }) {
  const now = useNow(1_000);
  const { cpuPercent, cpuSeconds, memoryBytes, processes } = usage;
  const facts = [
    ['CPU', `${Math.round(cpuPercent)} %`, `${cpuSeconds.toFixed(1)} s in all`],
    ['Memory', formatBytes(memoryBytes), 'What several processes share is counted once'],
    ['Processes', `${processes}`, undefined],
    ...(startedAt === null ? [] : [['Time', clock(now - Date.parse(startedAt)), undefined] as const]),
  ] as const;
  return (
    <dl className={styles.usage} aria-label="What it takes">
      {facts.map(([name, value, hint]) => (
        <div key={name} title={hint}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return `${hours === 0 ? '' : `${hours}:`}${two(minutes)}:${two(seconds % 60)}`;
}

function addPackage(name: string): void {
  edit((document) => addPackages(document, [name]));
}

function NotRun({ failure }: { readonly failure: ShownFailure }) {
  const { action } = failure;
  return (
    <FailureCard
      compact
      title={failure.code === 'program-missing' ? `It exited with ${NOT_FOUND}` : 'It could not be run'}
      failure={failure}
      actions={
        action?.action === 'add-package' && (
          <Button small icon={Plus} onClick={() => addPackage(action.name)}>{`Add ${action.name}`}</Button>
        )
      }
    />
  );
}

/** The last run of an earlier host, which knows no job of it any more. */
function LastRun() {
  const ref = refOf(useOpen());
  const { data } = useQuery({
    queryKey: ['runs', ref.draft, ref.path],
    queryFn: () => host().runs.latest(ref),
  });
  if (!data) return null;
  const { title, exitCode, output } = data;
  return (
    <Card title={`Last time: ${title}`}>
      <PastOutput text={output} />
      <p>{exitCode === null ? 'It was stopped.' : `It exited with ${exitCode}.`}</p>
    </Card>
  );
}
