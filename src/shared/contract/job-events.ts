import type { ImageDetail, Job, JobDetail, JobEvent, PushDetail } from './jobs.ts';

/** Entries by key, the changed ones in place of the old, new ones at the end. */
function merged<Entry>(
  entries: readonly Entry[],
  changed: readonly Entry[],
  key: (entry: Entry) => string | number,
): Entry[] {
  const byKey = new Map(entries.map((entry) => [key(entry), entry]));
  for (const entry of changed) byKey.set(key(entry), entry);
  return [...byKey.values()];
}

function withDetail<Kind extends JobDetail['kind']>(
  job: Job,
  kind: Kind,
  change: (detail: Extract<JobDetail, { kind: Kind }>) => JobDetail,
): Job {
  const detail = job.detail;
  if (detail.kind !== kind) return job;
  return { ...job, detail: change(detail as Extract<JobDetail, { kind: Kind }>) };
}

/**
 * Folds what `jobs.subscribe` sends into the state of the job. The first event of a stream is a snapshot, so any
 * state, also none, is a fit start.
 */
export function applyJobEvent(job: Job | undefined, event: JobEvent): Job | undefined {
  if (event.type === 'snapshot') return event.job;
  if (job === undefined) return undefined;
  switch (event.type) {
    case 'summary':
      return { ...event.job, detail: job.detail };
    case 'derivations':
      return withDetail(job, 'build', (detail) => ({
        ...detail,
        derivations: merged(detail.derivations, event.changed, (entry) => entry.derivation),
      }));
    case 'downloads':
      return withDetail(job, 'build', (detail) => ({
        ...detail,
        downloads: merged(detail.downloads, event.changed, (entry) => entry.path),
      }));
    case 'layers': {
      const withLayers = <Detail extends ImageDetail | PushDetail>(detail: Detail): Detail => ({
        ...detail,
        layers: merged(detail.layers, event.changed, (entry) => entry.index),
      });
      return withDetail(withDetail(job, 'image', withLayers), 'push', withLayers);
    }
    case 'written':
      return withDetail(job, 'image', (detail) => ({ ...detail, writtenBytes: event.bytes }));
    case 'entries':
      return withDetail(job, 'catalog', (detail) => ({ ...detail, entries: event.entries }));
    case 'build-result':
      return withDetail(job, 'build', (detail) => ({ ...detail, result: event.result }));
    case 'image-result':
      return withDetail(job, 'image', (detail) => ({ ...detail, result: event.result }));
    case 'push-target':
      return withDetail(job, 'push', (detail) => ({ ...detail, reference: event.reference }));
    case 'blobs':
      return withDetail(job, 'push', (detail) => ({
        ...detail,
        blobs: merged(detail.blobs, event.changed, (entry) => entry.digest),
      }));
    case 'push-result':
      return withDetail(job, 'push', (detail) => ({ ...detail, result: event.result }));
    case 'compare-result':
      return withDetail(job, 'compare', (detail) => ({ ...detail, result: event.result }));
    case 'inspect-result':
      return withDetail(job, 'inspect', (detail) => ({ ...detail, result: event.result }));
    case 'known-location':
      return withDetail(job, 'known', (detail) => ({ ...detail, location: event.location }));
    case 'known-result':
      return withDetail(job, 'known', (detail) => ({ ...detail, result: event.result }));
  }
}
