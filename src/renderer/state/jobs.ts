import { create } from 'zustand';
import type { DocumentRef } from '../../shared/contract/documents.ts';
import type { Failure } from '../../shared/contract/errors.ts';
import { applyJobEvent } from '../../shared/contract/job-events.ts';
import type { JobKind } from '../../shared/contract/job-kinds.ts';
import type { Job, JobListEvent, JobSummary } from '../../shared/contract/jobs.ts';
import { toFailure } from '../client/failure.ts';
import { followHost, host } from './host.ts';
import { notify, reportFailure } from './notices.ts';

export interface JobsState {
  /** Newest first. */
  readonly jobs: readonly JobSummary[];
  /** What is known of the jobs that are followed, by id. */
  readonly followed: Readonly<Record<string, Job>>;
}

export const useJobs = create<JobsState>(() => ({ jobs: [], followed: {} }));

export function applyJobListEvent(jobs: readonly JobSummary[], event: JobListEvent): JobSummary[] {
  switch (event.type) {
    case 'snapshot':
      return event.jobs;
    case 'removed':
      return jobs.filter((job) => job.id !== event.id);
    case 'changed': {
      const place = jobs.findIndex((job) => job.id === event.job.id);
      return place < 0 ? [event.job, ...jobs] : jobs.with(place, event.job);
    }
  }
}

export function isOver(job: Pick<JobSummary, 'state'>): boolean {
  return job.state === 'done' || job.state === 'failed' || job.state === 'cancelled';
}

/** Whether a job runs for a document, or ran for it. */
export function belongsTo({ document }: Pick<JobSummary, 'document'>, ref: DocumentRef): boolean {
  if (document === null) return false;
  return document.draft === ref.draft || (ref.path !== null && document.path === ref.path);
}

/** The newest job of a kind that runs for a document, or ran for it. */
export function newestJob(
  jobs: readonly JobSummary[],
  kind: JobKind,
  ref: DocumentRef | null,
): JobSummary | null {
  if (ref === null) return null;
  return jobs.find((job) => job.kind === kind && belongsTo(job, ref)) ?? null;
}

export function startJobs(signal: AbortSignal): void {
  followHost(
    (s) => host().jobs.watch(undefined, { signal: s }),
    (event) => {
      for (const job of interrupted(useJobs.getState().jobs, event)) {
        notify({ tone: 'failure', title: `Interrupted: ${job.title}`, detail: INTERRUPTED.message });
      }
      useJobs.setState(({ jobs }) => ({ jobs: applyJobListEvent(jobs, event) }));
    },
    signal,
  ).catch((error: unknown) => reportFailure('The list of jobs could not be followed', error));
}

const INTERRUPTED: Failure = {
  code: 'internal',
  message: 'The Strata host ended while this ran.',
  hint: 'Start it again: what was finished is kept.',
  action: null,
  details: null,
  log: null,
  fixes: [{ type: 'retry' }],
};

/** Jobs that ran when the host was last heard of, and that a new host knows nothing about. */
export function interrupted(jobs: readonly JobSummary[], event: JobListEvent): JobSummary[] {
  if (event.type !== 'snapshot') return [];
  const known = new Set(event.jobs.map(({ id }) => id));
  // A catalog is listed again by whoever looks at it.
  return jobs.filter((job) => job.kind !== 'catalog' && !isOver(job) && !known.has(job.id));
}

const following = new Set<string>();

/** Follows everything that happens in a job, until it is over. Calling it again does nothing. */
export function followJob(id: string): void {
  if (following.has(id)) return;
  following.add(id);
  const end = new AbortController();
  followHost(
    (signal) => host().jobs.subscribe({ id }, { signal }),
    (event) =>
      useJobs.setState(({ followed }) => {
        const job = applyJobEvent(followed[id], event);
        return job === undefined ? {} : { followed: { ...followed, [id]: job } };
      }),
    end.signal,
  )
    .catch((error: unknown) => {
      const job = useJobs.getState().followed[id];
      if (job === undefined || toFailure(error)?.code !== 'not-found') {
        reportFailure('The job could not be followed', error);
      } else if (!isOver(job)) {
        const over: Job = { ...job, state: 'failed', cancelling: false, failure: INTERRUPTED };
        useJobs.setState(({ followed }) => ({ followed: { ...followed, [id]: over } }));
      }
    })
    .finally(() => following.delete(id));
}

export function cancelJob(id: string): void {
  host()
    .jobs.cancel({ id })
    .catch((error: unknown) => reportFailure('The job could not be cancelled', error));
}

export function dismissJob(id: string): void {
  host()
    .jobs.dismiss({ id })
    .catch((error: unknown) => reportFailure('The job could not be dismissed', error));
}
