import { randomUUID } from 'node:crypto';
import type { Failure } from '../../shared/contract/errors.ts';
import { JOB_KINDS, type JobKind } from '../../shared/contract/job-kinds.ts';
import type { Job, JobEvent, JobListEvent, JobSummary, LogChunk } from '../../shared/contract/jobs.ts';
import { Cancelled, StrataError } from '../../shared/errors.ts';
import { createFeed } from './feed.ts';
import { createLiveJob, type JobRequest, type LiveJob } from './job.ts';

/** The long tasks of the host. They belong to no window: several may follow one, and leaving it loses nothing. */
export interface JobRegistry {
  /** Queues the work and gives the job's id at once. */
  start<Kind extends JobKind>(request: JobRequest<Kind>): string;
  /** Newest first. */
  list(): JobSummary[];
  get(id: string): Job;
  cancel(id: string): JobSummary;
  dismiss(id: string): void;
  follow(id: string, signal?: AbortSignal): AsyncGenerator<JobEvent, void>;
  followList(signal?: AbortSignal): AsyncGenerator<JobListEvent, void>;
  followLog(
    id: string,
    derivation: string | null,
    from: number,
    signal?: AbortSignal,
  ): AsyncGenerator<LogChunk, void>;
  /** Resolves when the job is over. */
  settled(id: string): Promise<Job>;
  /** Cancels what is running and waits for it; nothing starts afterwards. */
  close(): Promise<void>;
}

export interface JobRegistryOptions {
  readonly toFailure: (error: unknown) => Failure;
  /** Told when a job begins and when it is over. */
  readonly onState?: (job: JobSummary) => void;
  /** How many jobs of a kind run side by side. */
  readonly limits?: Partial<Record<JobKind, number>>;
  readonly gatherMilliseconds?: number;
  readonly now?: () => Date;
}

const KEPT_FINISHED_JOBS = 50;

interface Entry {
  readonly live: LiveJob;
  readonly request: JobRequest;
  readonly cancellation: AbortController;
  readonly settled: PromiseWithResolvers<void>;
}

export function createJobRegistry(options: JobRegistryOptions): JobRegistry {
  const now = options.now ?? (() => new Date());
  const limits = options.limits ?? {};
  const entries = new Map<string, Entry>();
  const feed = createFeed<JobListEvent>();
  let closed = false;

  const entry = (id: string): Entry => {
    const found = entries.get(id);
    if (found) return found;
    throw new StrataError('not-found', 'There is no such job any more.', {
      hint: 'The host was restarted, or the job was dismissed. Start it again.',
      details: { job: id },
    });
  };
  const list = (): JobSummary[] => [...entries.values()].map(({ live }) => live.summary()).reverse();

  const runningOf = (kind: JobKind): number =>
    list().filter((job) => job.kind === kind && job.state === 'running').length;

  const remove = (id: string): void => {
    entries.delete(id);
    feed.publish({ type: 'removed', id });
  };
  const forgetOldest = (): void => {
    const over = [...entries.values()].filter(({ live }) => live.over);
    for (const { live } of over.slice(0, -KEPT_FINISHED_JOBS)) remove(live.id);
  };

  const finish = (
    { live, settled }: Entry,
    state: 'done' | 'failed' | 'cancelled',
    failure: Failure | null,
  ) => {
    live.change({ state, failure, finishedAt: now().toISOString(), cancelling: false });
    options.onState?.(live.summary());
    settled.resolve();
    forgetOldest();
  };

  const run = async (job: Entry): Promise<void> => {
    const { live, request, cancellation } = job;
    live.change({ state: 'running', startedAt: now().toISOString() });
    options.onState?.(live.summary());
    try {
      await request.run(live.report, cancellation.signal);
      finish(job, 'done', null);
    } catch (error) {
      const cancelled = cancellation.signal.aborted || error instanceof Cancelled;
      finish(job, cancelled ? 'cancelled' : 'failed', cancelled ? null : options.toFailure(error));
    } finally {
      startNext();
    }
  };

  const startNext = (): void => {
    for (const job of entries.values()) {
      const { kind, state } = job.live.summary();
      if (state === 'queued' && runningOf(kind) < (limits[kind] ?? JOB_KINDS[kind].limit)) void run(job);
    }
  };

  return {
    start(request) {
      if (closed) throw new Cancelled();
      const id = randomUUID();
      const live = createLiveJob({
        id,
        request,
        now,
        gatherMilliseconds: options.gatherMilliseconds ?? 50,
        onSummary: (job) => feed.publish({ type: 'changed', job }),
      });
      entries.set(id, {
        live,
        request,
        cancellation: new AbortController(),
        settled: Promise.withResolvers(),
      });
      feed.publish({ type: 'changed', job: live.summary() });
      startNext();
      return id;
    },
    list,
    get: (id) => entry(id).live.job(),
    cancel(id) {
      const job = entry(id);
      if (job.live.over) return job.live.summary();
      const wasQueued = job.live.summary().state === 'queued';
      job.cancellation.abort(new Cancelled());
      if (wasQueued) finish(job, 'cancelled', null);
      else job.live.change({ cancelling: true });
      return job.live.summary();
    },
    dismiss(id) {
      const { live } = entry(id);
      if (!live.over) {
        throw new StrataError('conflict', `"${live.summary().title}" is not over yet.`, {
          hint: 'Cancel it first.',
        });
      }
      remove(id);
    },
    follow: (id, signal) => entry(id).live.follow(signal),
    followList: (signal) => feed.follow(signal, () => [{ type: 'snapshot', jobs: list() }]),
    followLog: (id, derivation, from, signal) => entry(id).live.followLog(derivation, from, signal),
    async settled(id) {
      const job = entry(id);
      await job.settled.promise;
      return job.live.job();
    },
    async close() {
      closed = true;
      const open = [...entries.values()].filter(({ live }) => !live.over);
      for (const { live } of open.reverse()) this.cancel(live.id);
      await Promise.all(open.map(({ settled }) => settled.promise));
      feed.end();
    },
  };
}
