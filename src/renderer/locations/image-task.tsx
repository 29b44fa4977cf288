import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Job } from '../../shared/contract/jobs.ts';
import type { ShownFailure } from '../client/failure.ts';
import { Button } from '../components/button.tsx';
import { Segmented, type SegmentedProps } from '../components/segmented.tsx';
import { RunningJob } from '../jobs/running-job.tsx';
import { AccessFailure } from '../registry/access-form.tsx';
import { isOver } from '../state/jobs.ts';
import { useJob } from '../state/use-job.ts';
import { useStart } from '../state/use-start.ts';
import styles from './image-task.module.css';

export interface ImageTaskProps<Result> {
  /** What the form is called, and its fields. */
  readonly label: string;
  readonly fields: ReactNode;
  readonly submit: { readonly title: string; readonly icon: LucideIcon; readonly ready: boolean };
  /** Starts the job; its id comes back as `jobId`. */
  readonly start: () => Promise<unknown>;
  readonly jobId: string | null;
  readonly resultOf: (job: Job) => Result | null;
  /** Such as "The image could not be opened". */
  readonly failedTitle: string;
  /** What goes on while the job runs. */
  readonly progressLabel: string;
  /** The reference whose registry did not let us in. */
  readonly refused: (failure: ShownFailure) => string;
  /** While there is nothing to show. */
  readonly empty: ReactNode;
  readonly children: (result: Result) => ReactNode;
}

/** A screen that reads images from wherever they are, and shows what came of it. */
export function ImageTask<Result>(props: ImageTaskProps<Result>) {
  const { label, fields, submit, jobId, resultOf, failedTitle, progressLabel, refused, empty, children } =
    props;
  const { start, starting, failure } = useStart(props.start);
  const job = useJob(jobId);
  const running = job !== null && !isOver(job);
  const result = job && resultOf(job);
  const problem = failure ?? (job?.state === 'failed' ? job.failure : null);

  return (
    <div className={styles.screen}>
      <form
        className={styles.form}
        aria-label={label}
        onSubmit={(event) => {
          event.preventDefault();
          start();
        }}
      >
        {fields}
        <Button
          type="submit"
          variant="primary"
          icon={submit.icon}
          disabled={!submit.ready || running || starting}
        >
          {submit.title}
        </Button>
      </form>
      {running && <RunningJob job={job} label={progressLabel} />}
      {problem !== null && (
        <AccessFailure title={failedTitle} failure={problem} reference={refused(problem)} onRetry={start} />
      )}
      {result !== null ? children(result) : !running && problem === null && empty}
    </div>
  );
}

/** The numbers of a result, and the ways to look at it. */
export function ResultHead<View extends string>({
  facts,
  ...views
}: { readonly facts: ReactNode } & Omit<SegmentedProps<View>, 'label'>) {
  return (
    <div className={styles.summary}>
      {facts}
      <Segmented label="View" {...views} />
    </div>
  );
}

/** A table or a text that fills the screen. */
export function ResultPane({ children }: { readonly children: ReactNode }) {
  return <div className={styles.pane}>{children}</div>;
}
