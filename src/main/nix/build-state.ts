import { storePathName } from '../../engine/graph/closure-graph.ts';
import type { Bringer, BuildFailureReason, MessageLevel, NixEvent, NixPhase } from './events.ts';
import { DOWNLOAD, failedSubstitution, SUBSTITUTION } from './failed-downloads.ts';

/** Lines of a derivation's log that are kept here; the whole log is in Nix's own log directory. */
export const LOG_TAIL_LINES = 200;
const MESSAGES_KEPT = 200;

type WorkState = 'planned' | 'running' | 'done' | 'failed' | 'cancelled';

export interface DerivationState {
  readonly derivation: string;
  readonly state: WorkState;
  readonly reason: BuildFailureReason | null;
  readonly phase: string | null;
  /** Null for this machine. */
  readonly machine: string | null;
  /** Milliseconds, as the caller of {@link reduceBuild} counts them. */
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Derivations of the same build that it waits for. */
  readonly inputs: readonly string[];
  readonly logTail: readonly string[];
  readonly logLines: number;
}

interface DownloadState {
  /** Store path, or the URL of a file that is none of a binary cache. */
  readonly path: string;
  readonly from: string | null;
  readonly state: WorkState;
  /** Unpacked bytes of a store path, bytes as they come of a file. */
  readonly doneBytes: number;
  readonly totalBytes: number | null;
}

/** Everything that there is to show of a build. Keys are in the order in which Nix named them. */
export interface BuildState {
  readonly phase: NixPhase | null;
  readonly phaseText: string;
  /** How far the phase is, in items; null where nobody counts. */
  readonly phaseProgress: { readonly done: number; readonly total: number } | null;
  readonly derivations: Readonly<Record<string, DerivationState>>;
  readonly downloads: Readonly<Record<string, DownloadState>>;
  /** What Nix announced before it began; 0 where there is nothing to fetch. */
  readonly plannedDownloadBytes: number;
  readonly plannedUnpackedBytes: number;
  readonly messages: readonly { readonly level: MessageLevel; readonly text: string }[];
  /** The derivation whose build ended last, well or not. */
  readonly endedLast: string | null;
  /** Addresses of the binary caches that were asked. */
  readonly caches: readonly string[];
  /** The store path that a file of a binary cache is about, by the file's address. */
  readonly cacheFiles: Readonly<Record<string, string>>;
  /** Paths that nobody brings any more, and of which it has not been told whether they came; in that order. */
  readonly ended: readonly { readonly path: string; readonly by: Bringer }[];
  /** Activities that are going on, by id: what a later event with the same id is about. */
  readonly activities: Readonly<Record<string, Activity>>;
}

type Activity =
  | { readonly kind: 'build'; readonly derivation: string }
  | { readonly kind: 'download'; readonly path: string; readonly by: Bringer | undefined }
  | Counter
  | { readonly kind: 'other'; readonly text: string };

interface Counter {
  readonly kind: 'counter';
  readonly counts: Bringer;
  /** How many have succeeded; null while nobody has counted: Nix 2.8 does not, of copies. */
  readonly done: number | null;
  /** Of those, how many have not ended: up to 2.26, copies are counted first. */
  readonly ahead: number;
}

export const EMPTY_BUILD_STATE: BuildState = {
  phase: null,
  phaseText: '',
  phaseProgress: null,
  derivations: {},
  downloads: {},
  plannedDownloadBytes: 0,
  plannedUnpackedBytes: 0,
  messages: [],
  endedLast: null,
  caches: [],
  cacheFiles: {},
  ended: [],
  activities: {},
};

/** An event and when it came, in milliseconds of any clock. */
export interface TimedEvent {
  readonly event: NixEvent;
  readonly at: number;
}

/**
 * The state after some events. Pure: the state given stays as it is. What it costs is mostly one copy of the state,
 * however many events there are: a large build has thousands of derivations and writes hundreds of lines a second.
 */
export function reduceBuild(state: BuildState, events: readonly TimedEvent[]): BuildState {
  const draft: Draft = {
    ...state,
    derivations: { ...state.derivations },
    downloads: { ...state.downloads },
    messages: [...state.messages],
    cacheFiles: { ...state.cacheFiles },
    activities: { ...state.activities },
  };
  for (const { event, at } of events) apply(draft, event, at);
  draft.messages = draft.messages.slice(-MESSAGES_KEPT);
  return draft;
}

/** A state that is being made: records and lists are its own, their entries are not. */
interface Draft
  extends Omit<BuildState, 'derivations' | 'downloads' | 'messages' | 'cacheFiles' | 'activities'> {
  readonly derivations: Record<string, DerivationState>;
  readonly downloads: Record<string, DownloadState>;
  readonly cacheFiles: Record<string, string>;
  readonly activities: Record<string, Activity>;
  messages: BuildState['messages'][number][];
  phase: NixPhase | null;
  phaseText: string;
  phaseProgress: BuildState['phaseProgress'];
  plannedDownloadBytes: number;
  plannedUnpackedBytes: number;
  endedLast: string | null;
  caches: readonly string[];
  ended: BuildState['ended'];
}

function apply(draft: Draft, event: NixEvent, now: number): void {
  if (event.type.endsWith('-started')) settleUncounted(draft);
  switch (event.type) {
    case 'phase':
      draft.phase = event.phase;
      draft.phaseText = event.text;
      draft.phaseProgress = event.total === undefined ? null : { done: event.done ?? 0, total: event.total };
      return;
    case 'planned-build':
      changeDerivation(draft, event.derivation, {});
      return;
    case 'planned-download':
      changeDownload(draft, event.path, {});
      return;
    case 'planned-bytes':
      draft.plannedDownloadBytes += event.downloadBytes;
      draft.plannedUnpackedBytes += event.unpackedBytes;
      return;
    case 'derivation-inputs':
      changeDerivation(draft, event.derivation, { inputs: event.inputs });
      return;
    case 'build-started':
      draft.activities[event.id] = { kind: 'build', derivation: event.derivation };
      changeDerivation(draft, event.derivation, {
        state: 'running',
        // A builder tells of the same build once more, as its own.
        machine: event.machine ?? draft.derivations[event.derivation]?.machine ?? null,
        startedAt: now,
      });
      return;
    case 'build-phase': {
      const build = buildOf(draft, event.id);
      if (build !== undefined) changeDerivation(draft, build.derivation, { phase: event.phase });
      return;
    }
    case 'build-log': {
      const build = buildOf(draft, event.id);
      if (build === undefined) return;
      changeDerivation(draft, build.derivation, {
        logTail: [...build.logTail.slice(1 - LOG_TAIL_LINES), event.line],
        logLines: build.logLines + 1,
      });
      return;
    }
    case 'build-failed': {
      const derivation = event.derivation ?? makerOf(draft, event.output) ?? draft.endedLast;
      if (derivation === null) return;
      changeDerivation(draft, derivation, {
        state: 'failed',
        reason: event.reason,
        finishedAt: draft.derivations[derivation]?.finishedAt ?? now,
      });
      return;
    }
    case 'download-started': {
      const { path, by } = event;
      draft.activities[event.id] = { kind: 'download', path, by };
      const before = draft.downloads[path];
      const isAfresh = before?.state === 'failed' || !isGoingOn(draft, path, event.id);
      draft.ended = draft.ended.filter((each) => each.path !== path);
      changeDownload(draft, path, {
        ...(isAfresh ? { doneBytes: 0 } : {}),
        state: 'running',
        from: event.from ?? before?.from ?? null,
      });
      return;
    }
    case 'counter-started':
      draft.activities[event.id] = { kind: 'counter', counts: event.counts, done: null, ahead: 0 };
      return;
    case 'succeeded':
      settleCopies(draft, completeDownload);
      return;
    case 'transfer-started':
      startTransfer(draft, event);
      return;
    case 'activity-started':
      noteQuery(draft, event.text);
      draft.activities[event.id] = { kind: 'other', text: event.text };
      return;
    case 'progress': {
      const activity = draft.activities[event.id];
      if (activity?.kind === 'counter') {
        const more = event.done - (activity.done ?? 0);
        const ahead = activity.ahead + more - succeed(draft, more, activity.counts);
        draft.activities[event.id] = { ...activity, done: event.done, ahead };
      }
      if (activity?.kind !== 'download') return;
      const { totalBytes = null } = draft.downloads[activity.path] ?? {};
      changeDownload(draft, activity.path, {
        doneBytes: event.done,
        totalBytes: event.expected > 0 ? event.expected : totalBytes,
      });
      return;
    }
    case 'stopped':
      stop(draft, event.id, now);
      return;
    case 'message':
      if (event.level === 'error') settleCopies(draft, failed);
      failDownload(draft, event.text);
      if (event.level !== 'debug') draft.messages.push({ level: event.level, text: event.text });
      // Cut in large steps; what is left over is cut at the end.
      if (draft.messages.length > 2 * MESSAGES_KEPT) draft.messages = draft.messages.slice(-MESSAGES_KEPT);
  }
}

/** What was planned or running when the build was cancelled is so no more. */
export function cancelBuildState(state: BuildState, now: number): BuildState {
  const cancelled = <Entry extends { readonly state: WorkState }>(entry: Entry): Entry =>
    entry.state === 'planned' || entry.state === 'running' ? { ...entry, state: 'cancelled' } : entry;
  return {
    ...state,
    derivations: mapValues(state.derivations, (derivation) => {
      const after = cancelled(derivation);
      return after === derivation ? after : { ...after, finishedAt: after.startedAt === null ? null : now };
    }),
    downloads: mapValues(state.downloads, cancelled),
    activities: {},
  };
}

function mapValues<Value>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** Files of a binary cache, which a store path's own activity covers, and files of this machine. */
const NOT_A_DOWNLOAD = /^file:|\.narinfo$|\/nix-cache-info$|\/nar\/[^/]+$|\/realisations\//;

function startTransfer(draft: Draft, event: Extract<NixEvent, { readonly type: 'transfer-started' }>): void {
  const cache = /^(.*)\/[0-9a-z]{32}\.narinfo$/.exec(event.url)?.[1];
  if (cache !== undefined && !draft.caches.includes(cache)) draft.caches = [...draft.caches, cache];
  const parent = draft.activities[event.parent];
  if (/\/nar\/[^/]+$/.test(event.url)) {
    const path = parent?.kind === 'download' ? parent.path : lastDownload(draft);
    if (path !== undefined) draft.cacheFiles[event.url] = path;
  }
  if (parent?.kind === 'download' || NOT_A_DOWNLOAD.test(event.url)) {
    draft.activities[event.id] = { kind: 'other', text: event.url };
    return;
  }
  draft.activities[event.id] = { kind: 'download', path: event.url, by: undefined };
  changeDownload(draft, event.url, { state: 'running' });
}

/** Before 2.19, no activity says which other it is part of: a file is fetched as soon as its path is begun with. */
function lastDownload({ activities }: Draft): string | undefined {
  const last = Object.values(activities).findLast(({ kind }) => kind === 'download');
  return last?.kind === 'download' ? last.path : undefined;
}

function noteQuery(draft: Draft, text: string): void {
  const [, path, hash, cache] =
    /^querying info about '([^']*\/([0-9a-z]{32})-[^']+)' on '([^']+)'$/.exec(text) ?? [];
  if (path !== undefined) draft.cacheFiles[`${cache}/${hash}.narinfo`] = path;
}

function stop(draft: Draft, id: string, now: number): void {
  const activity = draft.activities[id];
  if (activity === undefined) return;
  delete draft.activities[id];
  if (activity.kind === 'build') {
    draft.endedLast = activity.derivation;
    const isRunning = draft.derivations[activity.derivation]?.state === 'running';
    if (isRunning) changeDerivation(draft, activity.derivation, { state: 'done', finishedAt: now });
  }
  if (activity.kind === 'download') endDownload(draft, activity);
}

function endDownload(draft: Draft, { path, by }: Extract<Activity, { kind: 'download' }>): void {
  if (isGoingOn(draft, path) || draft.downloads[path]?.state !== 'running') return;
  if (by === undefined || takeCounted(draft, by)) completeDownload(draft, path);
  else draft.ended = [...draft.ended, { path, by }];
}

/**
 * So many more have succeeded: Nix says how many, in the order in which it looks at what ended.
 * @returns how many of those had ended
 */
function succeed(draft: Draft, count: number, by: Bringer): number {
  const done = draft.ended.filter((each) => each.by === by).slice(0, Math.max(0, count));
  for (const { path } of done) completeDownload(draft, path);
  draft.ended = draft.ended.filter((each) => !done.includes(each));
  return done.length;
}

/** Whether one was counted before it ended; it is so no more. Of substitutions, some that are counted are not shown. */
function takeCounted({ activities }: Draft, by: Bringer): boolean {
  if (by === 'substituter') return false;
  for (const [id, activity] of Object.entries(activities)) {
    if (activity.kind !== 'counter' || activity.counts !== by || activity.ahead === 0) continue;
    activities[id] = { ...activity, ahead: activity.ahead - 1 };
    return true;
  }
  return false;
}

/** Where nobody counts copies, Nix goes on only after one that came: else the error is all that follows. */
function settleUncounted(draft: Draft): void {
  const isCounted = Object.values(draft.activities).some(
    (activity) => activity.kind === 'counter' && activity.counts === 'copy' && activity.done !== null,
  );
  if (!isCounted) settleCopies(draft, completeDownload);
}

function settleCopies(draft: Draft, settle: (draft: Draft, path: string) => void): void {
  const copies = draft.ended.filter(({ by }) => by === 'copy');
  if (copies.length === 0) return;
  for (const { path } of copies) settle(draft, path);
  draft.ended = draft.ended.filter(({ by }) => by !== 'copy');
}

function completeDownload(draft: Draft, path: string): void {
  const { totalBytes = null, doneBytes = 0 } = draft.downloads[path] ?? {};
  changeDownload(draft, path, { state: 'done', doneBytes: totalBytes ?? doneBytes });
}

function failed(draft: Draft, path: string): void {
  changeDownload(draft, path, { state: 'failed' });
}

/** What Nix complains of names the file, or the path, but for archives that cannot be unpacked. */
function failDownload(draft: Draft, message: string): void {
  if (!/^(?:error|warning):/i.test(message)) return;
  const [download, substitution] = [DOWNLOAD.exec(message), SUBSTITUTION.exec(message)];
  const url = download?.[1] ?? '';
  if (substitution === null && draft.downloads[url]?.state === 'done') {
    failed(draft, url);
    return;
  }
  const named =
    substitution === null
      ? draft.cacheFiles[url]
      : (failedSubstitution(substitution, draft.cacheFiles).path ?? firstEnded(draft));
  // One that is going on is tried again.
  if (named === undefined || isGoingOn(draft, named)) return;
  const isCounted = draft.downloads[named]?.state === 'done';
  draft.ended = draft.ended.filter(({ path }) => path !== named);
  failed(draft, named);
  // Then it was another that had succeeded.
  if (isCounted) succeed(draft, 1, 'substituter');
}

function firstEnded({ ended }: Draft): string | undefined {
  return ended.find(({ by }) => by === 'substituter')?.path;
}

/** Whether an activity is about a download, other than the one with that id. */
function isGoingOn({ activities }: Draft, path: string, except?: string): boolean {
  return Object.entries(activities).some(
    ([id, activity]) => id !== except && activity.kind === 'download' && activity.path === path,
  );
}

/** The derivation whose name a store path has; outputs other than `out` have theirs after it. */
function makerOf(draft: Draft, output: string | undefined): string | undefined {
  if (output === undefined) return undefined;
  const name = storePathName(output);
  return Object.keys(draft.derivations).findLast((derivation) => {
    const its = storePathName(derivation).replace(/\.drv$/, '');
    return name === its || name.startsWith(`${its}-`);
  });
}

function buildOf(draft: Draft, id: string): DerivationState | undefined {
  const activity = draft.activities[id];
  return activity?.kind === 'build' ? draft.derivations[activity.derivation] : undefined;
}

function changeDerivation(draft: Draft, derivation: string, change: Partial<DerivationState>): void {
  const before = draft.derivations[derivation] ?? {
    derivation,
    state: 'planned',
    reason: null,
    phase: null,
    machine: null,
    startedAt: null,
    finishedAt: null,
    inputs: [],
    logTail: [],
    logLines: 0,
  };
  draft.derivations[derivation] = { ...before, ...change };
}

function changeDownload(draft: Draft, path: string, change: Partial<DownloadState>): void {
  const before = draft.downloads[path] ?? {
    path,
    from: null,
    state: 'planned',
    doneBytes: 0,
    totalBytes: null,
  };
  draft.downloads[path] = { ...before, ...change };
}
