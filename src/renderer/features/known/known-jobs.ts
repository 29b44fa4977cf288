import type { DocumentRef } from '../../../shared/contract/documents.ts';
import type { JobSummary } from '../../../shared/contract/jobs.ts';
import { belongsTo } from '../../state/jobs.ts';

/**
 * Readings of known images that the list does not show yet, oldest first: those that run, and those that failed unless
 * the same image was read again since.
 *
 * @param jobs newest first
 */
export function openReadings(jobs: readonly JobSummary[], ref: DocumentRef): readonly JobSummary[] {
  const newest = new Map<string, JobSummary>();
  for (const job of jobs) {
    if (job.kind === 'known' && belongsTo(job, ref) && !newest.has(job.title)) newest.set(job.title, job);
  }
  return [...newest.values()].filter(({ state }) => state !== 'done' && state !== 'cancelled').reverse();
}
