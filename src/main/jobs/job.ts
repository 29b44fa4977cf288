import type { DocumentRef } from '../../shared/contract/documents.ts';
import { applyJobEvent, withChanges } from '../../shared/contract/job-events.ts';
import {
  type DetailChange,
  JOB_KINDS,
  type JobChange,
  type JobDetail,
  type JobKind,
} from '../../shared/contract/job-kinds.ts';
import type { Job, JobEvent, JobProgress, JobSummary, LogChunk } from '../../shared/contract/jobs.ts';
import { createFeed } from './feed.ts';
import { createJobLogs } from './job-logs.ts';

/** What any work tells about itself. Calls are cheap: what is sent to windows is gathered. */
export interface WorkReport {
  progress(progress: JobProgress): void;
  /** Adds to the log of a derivation, or to the job's own. */
  log(derivation: string | null, text: string): void;
}

/** What the work of a job tells about itself. */
export interface JobReport<Kind extends JobKind> extends WorkReport {
  /** What changed in the detail. */
  tell(change: DetailChange<Kind>): void;
}

export interface JobRequest<Kind extends JobKind = JobKind> {
  readonly kind: Kind;
  readonly title: string;
  readonly document: DocumentRef | null;
  /** Does the work. Rejecting fails the job, apart from after an abort, which cancels it. */
  run(report: JobReport<Kind>, signal: AbortSignal): Promise<void>;
}

/** One job: its state, its log and those who follow it. */
export interface LiveJob {
  readonly id: string;
  readonly over: boolean;
  summary(): JobSummary;
  job(): Job;
  readonly report: JobReport<JobKind>;
  change(change: Partial<JobSummary>): void;
  follow(signal: AbortSignal | undefined): AsyncGenerator<JobEvent, void>;
  followLog(
    derivation: string | null,
    from: number,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<LogChunk, void>;
}

export interface LiveJobOptions {
  readonly id: string;
  readonly request: JobRequest;
  readonly now: () => Date;
  /** How long changes are gathered before they are sent. */
  readonly gatherMilliseconds: number;
  readonly onSummary: (summary: JobSummary) => void;
}

/** A job that is queued. Nothing runs yet: the registry calls `change` and the work calls `report`. */
export function createLiveJob(options: LiveJobOptions): LiveJob {
  const { id, request, now } = options;
  const feed = createFeed<JobEvent>();
  const logs = createJobLogs();
  let job: Job = {
    id,
    kind: request.kind,
    title: request.title,
    state: 'queued',
    document: request.document,
    createdAt: now().toISOString(),
    startedAt: null,
    finishedAt: null,
    progress: null,
    failure: null,
    cancelling: false,
    detail: { kind: request.kind, ...JOB_KINDS[request.kind].empty } as JobDetail,
  };

  let changes: JobChange[] = [];
  let progress: JobProgress | undefined;
  let timer: NodeJS.Timeout | undefined;

  const publish = (event: JobEvent): void => {
    job = applyJobEvent(job, event) ?? job;
    feed.publish(event);
  };
  const summary = (): JobSummary => {
    const { detail: _, ...rest } = job;
    return rest;
  };
  const isOver = (): boolean => job.finishedAt !== null;

  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const [first, ...others] = changes;
    if (first !== undefined) publish({ type: 'detail', change: withChanges(first, others) });
    if (progress !== undefined) {
      const changed = { ...summary(), progress };
      publish({ type: 'summary', job: changed });
      options.onSummary(changed);
    }
    logs.flush();
    changes = [];
    progress = undefined;
  };
  const later = (): void => {
    timer ??= setTimeout(flush, options.gatherMilliseconds);
  };

  const report: JobReport<JobKind> = {
    progress(value) {
      progress = value;
      later();
    },
    tell(change) {
      changes.push({ kind: request.kind, ...change } as JobChange);
      later();
    },
    log(derivation, text) {
      logs.append(derivation, text);
      later();
    },
  };

  return {
    id,
    get over() {
      return isOver();
    },
    summary,
    job: () => job,
    report,
    change(change) {
      flush();
      const changed = { ...summary(), ...change };
      publish({ type: 'summary', job: changed });
      options.onSummary(changed);
      if (!isOver()) return;
      feed.end();
      logs.end();
    },
    follow: (signal) => feed.follow(signal, () => [{ type: 'snapshot', job }]),
    followLog: logs.follow,
  };
}
