import { useQuery } from '@tanstack/react-query';
import { Play, Plus, Square, SquareTerminal } from 'lucide-react';
import type { Job, JobSummary } from '../../../shared/contract/jobs.ts';
import { RUN_ENGINES } from '../../../shared/contract/runs.ts';
import type { ShownFailure } from '../../client/failure.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FailureCard } from '../../components/failure-card.tsx';
import { InputField, SelectField, Switch } from '../../components/field.tsx';
import { Page } from '../../components/page.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { RunningJob } from '../../jobs/running-job.tsx';
import { refOf } from '../../state/document/actions.ts';
import { addPackages } from '../../state/document/edits.ts';
import { edit, useOpen } from '../../state/document/store.ts';
import { host, useHost } from '../../state/host.ts';
import { belongsTo, cancelJob, isOver, useJobs } from '../../state/jobs.ts';
import { useJob } from '../../state/use-job.ts';
import { useStart } from '../../state/use-start.ts';
import styles from './run-screen.module.css';
import { chooseRun, startRun, useRunChoice } from './run-state.ts';
import { PastOutput, RunTerminal } from './terminal.tsx';

const ENGINE_TITLES = { bwrap: 'bubblewrap', podman: 'podman', docker: 'docker' } as const;
const ENGINES = [
  { value: '', title: 'The first that is there' },
  ...RUN_ENGINES.map((value) => ({ value, title: ENGINE_TITLES[value] })),
] as const;

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
      <Ask />
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

/** What is to be run, and how. */
function Ask() {
  const { config } = useOpen().history.present;
  const { command, engine, hasNetwork, isReadOnly } = useRunChoice();
  const run = useStart(startRun);
  const said = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])].join(' ');
  return (
    <Card label="What to run">
      <div className={styles.pair}>
        <InputField
          label="Command"
          hint={
            said === '' ? 'The configuration says nothing to run.' : 'Left empty, it is what the image says.'
          }
          mono
          placeholder={said}
          value={command}
          onChange={(text) => chooseRun({ command: text })}
        />
        <SelectField
          label="Run with"
          hint="podman and docker get the image packed."
          value={engine}
          options={ENGINES}
          onChange={(value) => chooseRun({ engine: value })}
        />
      </div>
      <div className={styles.pair}>
        <Switch
          label="Network"
          hint="With bubblewrap, that of this machine."
          checked={hasNetwork}
          onChange={(on) => chooseRun({ hasNetwork: on })}
        />
        <Switch
          label="Read-only root"
          hint="All but /tmp, /run, /var/tmp and volumes."
          checked={isReadOnly}
          onChange={(on) => chooseRun({ isReadOnly: on })}
        />
      </div>
      {run.failure && <FailureCard compact title="It could not be started" failure={run.failure} />}
      <div className={styles.actions}>
        <Button variant="primary" icon={Play} disabled={run.starting} onClick={() => run.start(false)}>
          Run
        </Button>
        <Button icon={SquareTerminal} disabled={run.starting} onClick={() => run.start(true)}>
          Open a shell
        </Button>
      </div>
    </Card>
  );
}

/** One run: its terminal, and how it ended. */
function Run({ summary }: { readonly summary: JobSummary }) {
  const job = useJob(summary.id);
  const running = !isOver(summary);
  const isStarted = job?.detail.kind === 'run' && job.detail.engine !== null;
  return (
    <Card title={summary.title}>
      {running && job !== null && !isStarted && <RunningJob job={job} label="Making ready" />}
      {isStarted && <RunTerminal job={summary.id} />}
      <div className={styles.actions}>
        {running && isStarted && (
          <Button icon={Square} disabled={summary.cancelling} onClick={() => cancelJob(summary.id)}>
            {summary.cancelling ? 'Stopping…' : 'Stop'}
          </Button>
        )}
        <p role="status">{job === null ? '' : endWords(job)}</p>
        {running && isStarted && <p className={styles.hint}>Shift+Esc leaves the terminal.</p>}
      </div>
      {summary.failure && <NotRun failure={summary.failure} />}
    </Card>
  );
}

const NOT_FOUND = 127;

function endWords({ state, detail }: Job): string {
  if (state === 'cancelled') return 'Stopped.';
  if (state !== 'done' || detail.kind !== 'run' || detail.exitCode === null) return '';
  const said = `It exited with ${detail.exitCode}.`;
  return detail.exitCode === NOT_FOUND ? `${said} A program that it called is not in the image.` : said;
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
          <Button
            small
            icon={Plus}
            onClick={() => edit((document) => addPackages(document, [action.name]))}
          >{`Add ${action.name}`}</Button>
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
