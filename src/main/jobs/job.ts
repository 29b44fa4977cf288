import type { BuildResult } from '../../shared/contract/builds.ts';
import type { Comparison } from '../../shared/contract/compare.ts';
import type { DocumentRef } from '../../shared/contract/documents.ts';
import type { ImageResult } from '../../shared/contract/images.ts';
import { applyJobEvent } from '../../shared/contract/job-events.ts';
import type {
  Derivation,
  Download,
  Job,
  JobDetail,
  JobEvent,
  JobKind,
  JobProgress,
  JobSummary,
  LayerProgress,
  LogChunk,
} from '../../shared/contract/jobs.ts';
import type { KnownList } from '../../shared/contract/known.ts';
import type { OpenedImage } from '../../shared/contract/opened.ts';
import type { BlobProgress, PushResult } from '../../shared/contract/registry.ts';
import { createFeed } from './feed.ts';
import { createLineLog, type LineLog } from './line-log.ts';

/** What the work of a job tells about itself. Calls are cheap: what is sent to windows is gathered. */
export interface JobReport {
  progress(progress: JobProgress): void;
  derivations(changed: readonly Derivation[]): void;
  downloads(changed: readonly Download[]): void;
  layers(changed: readonly LayerProgress[]): void;
  written(bytes: number): void;
  entries(count: number): void;
  buildResult(result: BuildResult): void;
  imageResult(result: ImageResult): void;
  /** Where a push goes. */
  pushTarget(reference: string): void;
  blobs(changed: readonly BlobProgress[]): void;
  pushResult(result: PushResult): void;
  comparison(result: Comparison): void;
  opened(result: OpenedImage): void;
  /** Where the images are that are read to be known. */
  knownLocation(location: string): void;
  known(result: KnownList): void;
  /** Adds to the log of a derivation, or to the job's own. */
  log(derivation: string | null, text: string): void;
}

export interface JobRequest {
  readonly kind: JobKind;
  readonly title: string;
  readonly document: DocumentRef | null;
  /** Does the work. Rejecting fails the job, apart from after an abort, which cancels it. */
  run(report: JobReport, signal: AbortSignal): Promise<void>;
}

/** One job: its state, its log and those who follow it. */
export interface LiveJob {
  readonly id: string;
  readonly over: boolean;
  summary(): JobSummary;
  job(): Job;
  report: JobReport;
  change(change: Partial<JobSummary>): void;
  follow(signal: AbortSignal | undefined): AsyncGenerator<JobEvent, void>;
  followLog(
    derivation: string | null,
    from: number,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<LogChunk, void>;
}

const LINES_A_CHUNK = 1_000;

const EMPTY_DETAIL = {
  build: { kind: 'build', derivations: [], downloads: [], result: null },
  image: { kind: 'image', layers: [], writtenBytes: 0, result: null },
  catalog: { kind: 'catalog', entries: 0 },
  push: { kind: 'push', reference: '', layers: [], blobs: [], result: null },
  compare: { kind: 'compare', result: null },
  inspect: { kind: 'inspect', result: null },
  known: { kind: 'known', location: '', result: null },
} as const satisfies Record<JobKind, unknown>;

function emptyDetail(kind: JobKind): JobDetail {
  return structuredClone<JobDetail>(EMPTY_DETAIL[kind] as never);
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
  const logFeed = createFeed<string | null>();
  const logs = new Map<string | null, LineLog>();
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
    detail: emptyDetail(request.kind),
  };

  const derivations = new Map<string, Derivation>();
  const downloads = new Map<string, Download>();
  const layers = new Map<number, LayerProgress>();
  const blobs = new Map<string, BlobProgress>();
  let progress: JobProgress | undefined;
  let written: number | undefined;
  let entries: number | undefined;
  const logsChanged = new Set<string | null>();
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
    if (derivations.size > 0) publish({ type: 'derivations', changed: [...derivations.values()] });
    if (downloads.size > 0) publish({ type: 'downloads', changed: [...downloads.values()] });
    if (layers.size > 0) publish({ type: 'layers', changed: [...layers.values()] });
    if (blobs.size > 0) publish({ type: 'blobs', changed: [...blobs.values()] });
    if (written !== undefined) publish({ type: 'written', bytes: written });
    if (entries !== undefined) publish({ type: 'entries', entries });
    if (progress !== undefined) {
      const changed = { ...summary(), progress };
      publish({ type: 'summary', job: changed });
      options.onSummary(changed);
    }
    for (const log of logsChanged) logFeed.publish(log);
    derivations.clear();
    downloads.clear();
    layers.clear();
    blobs.clear();
    logsChanged.clear();
    written = undefined;
    entries = undefined;
    progress = undefined;
  };
  const later = (): void => {
    timer ??= setTimeout(flush, options.gatherMilliseconds);
  };
  const logOf = (derivation: string | null): LineLog => {
    const log = logs.get(derivation) ?? createLineLog();
    logs.set(derivation, log);
    return log;
  };

  const report: JobReport = {
    progress(value) {
      progress = value;
      later();
    },
    derivations(changed) {
      for (const entry of changed) derivations.set(entry.derivation, entry);
      later();
    },
    downloads(changed) {
      for (const entry of changed) downloads.set(entry.path, entry);
      later();
    },
    layers(changed) {
      for (const entry of changed) layers.set(entry.index, entry);
      later();
    },
    blobs(changed) {
      for (const entry of changed) blobs.set(entry.digest, entry);
      later();
    },
    written(bytes) {
      written = bytes;
      later();
    },
    entries(count) {
      entries = count;
      later();
    },
    buildResult: (result) => publish({ type: 'build-result', result }),
    imageResult: (result) => publish({ type: 'image-result', result }),
    pushTarget: (reference) => publish({ type: 'push-target', reference }),
    pushResult: (result) => publish({ type: 'push-result', result }),
    comparison: (result) => publish({ type: 'compare-result', result }),
    opened: (result) => publish({ type: 'inspect-result', result }),
    knownLocation: (location) => publish({ type: 'known-location', location }),
    known: (result) => publish({ type: 'known-result', result }),
    log(derivation, text) {
      logOf(derivation).append(text);
      logsChanged.add(derivation);
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
      logFeed.end();
    },
    follow: (signal) => feed.follow(signal, () => [{ type: 'snapshot', job }]),
    async *followLog(derivation, from, signal) {
      let next = from;
      const changes = logFeed.follow(signal, () => [derivation]);
      for await (const changed of changes) {
        if (changed !== derivation) continue;
        while (next < logOf(derivation).length && !signal?.aborted) {
          const chunk = logOf(derivation).read(next, LINES_A_CHUNK);
          next = chunk.firstLine + chunk.lines.length;
          yield chunk;
        }
      }
    },
  };
}
