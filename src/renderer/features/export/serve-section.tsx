import { count } from '../../../shared/format.ts';
import { Card } from '../../components/card.tsx';
import { FailureCard } from '../../components/failure-card.tsx';
import { Switch } from '../../components/field.tsx';
import { RunningJob } from '../../jobs/running-job.tsx';
import { useClosure } from '../../state/closure/store.ts';
import { refOf } from '../../state/document/actions.ts';
import { useOpen } from '../../state/document/store.ts';
import { host } from '../../state/host.ts';
import { cancelJob, followJob, isOver, newestJob, useJobs } from '../../state/jobs.ts';
import { plannedWith } from '../../state/planned-with.ts';
import { useJob } from '../../state/use-job.ts';
import { useStart } from '../../state/use-start.ts';
import { PullCommand } from './pull-command.tsx';
import styles from './ship.module.css';

/** Serve this image: container tools on this machine pull it from here, without any registry. */
export function ServeSection() {
  const open = useOpen();
  const build = useClosure((state) => state.build);
  const newest = useJobs(({ jobs }) => newestJob(jobs, 'serve', refOf(open)));
  const job = useJob(newest?.id ?? null);
  const running = newest !== null && !isOver(newest);
  const image = running && job?.detail.kind === 'serve' ? job.detail.image : null;

  const serve = useStart(async () => {
    if (build === null) return;
    const document = open.history.present;
    const { jobId } = await host().serving.start({
      ref: refOf(open),
      build: build.build,
      document,
      ...plannedWith(document.layering),
    });
    followJob(jobId);
  });
  const toggle = (on: boolean) => {
    if (on) serve.start();
    else if (newest !== null) cancelJob(newest.id);
  };
  const failure = serve.failure ?? (job?.state === 'failed' ? job.failure : null);

  return (
    <Card title="Serve this image">
      <Switch
        label="Serve on this machine"
        hint="A read-only registry on 127.0.0.1, until you turn it off or Strata ends. What is not packed yet is packed first."
        checked={running || serve.starting}
        onChange={toggle}
      />
      {running && job !== null && image === null && <RunningJob job={job} label="Packing what is missing" />}
      {failure && <FailureCard compact title="The image could not be served" failure={failure} />}
      {image !== null && (
        <>
          <PullCommand reference={image.reference} />
          <p className={styles.hint} role="status">
            {image.pulls === 0 ? 'Not pulled yet' : `${count(image.pulls, 'request')} for it so far`}
          </p>
        </>
      )}
    </Card>
  );
}
