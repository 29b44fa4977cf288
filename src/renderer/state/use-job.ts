import { useEffect } from 'react';
import type { Job } from '../../shared/contract/jobs.ts';
import { followJob, useJobs } from './jobs.ts';

/** Everything about one job, from its start on; null until the host has told. */
export function useJob(id: string | null): Job | null {
  useEffect(() => {
    if (id !== null) followJob(id);
  }, [id]);
  return useJobs(({ followed }) => (id === null ? null : (followed[id] ?? null)));
}
