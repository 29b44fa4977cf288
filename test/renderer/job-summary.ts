import type { JobSummary } from '../../src/shared/contract/jobs.ts';

/** A running job, but for what is given. */
export function jobSummary(given: Pick<JobSummary, 'id' | 'kind'> & Partial<JobSummary>): JobSummary {
  return {
    title: given.id,
    state: 'running',
    document: null,
    createdAt: '2024-01-01T00:00:00Z',
    startedAt: null,
    finishedAt: null,
    progress: null,
    failure: null,
    cancelling: false,
    ...given,
  };
}
