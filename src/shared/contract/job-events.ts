import { JOB_KINDS, type JobChange, type JobDetail } from './job-kinds.ts';
import type { Job, JobEvent } from './jobs.ts';

type Fields = Record<string, unknown>;

/**
 * Changes laid over the detail of a job, or over another change of it: entries of lists by their key, the changed ones
 * in place of the old, new ones at the end; everything else in the place of what was.
 */
export function withChanges<Onto extends JobDetail | JobChange>(
  onto: Onto,
  changes: readonly JobChange[],
): Onto {
  const parts: readonly Fields[] = [onto, ...changes];
  const result: Fields = {};
  for (const part of parts) Object.assign(result, part);
  for (const [list, key] of Object.entries<string>(JOB_KINDS[onto.kind].keys)) {
    const entries = parts.flatMap((part) => (part[list] ?? []) as readonly Fields[]);
    if (entries.length > 0) result[list] = [...new Map(entries.map((entry) => [entry[key], entry])).values()];
  }
  return result as Onto;
}

/**
 * Folds what `jobs.subscribe` sends into the state of the job. The first event of a stream is a snapshot, so any
 * state, also none, is a fit start.
 */
export function applyJobEvent(job: Job | undefined, event: JobEvent): Job | undefined {
  if (event.type === 'snapshot') return event.job;
  if (job === undefined) return undefined;
  return event.type === 'summary'
    ? { ...event.job, detail: job.detail }
    : { ...job, detail: withChanges(job.detail, [event.change]) };
}
