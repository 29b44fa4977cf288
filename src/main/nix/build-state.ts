import type { BuildFailureReason, MessageLevel, NixEvent, NixPhase } from './events.ts';

/** Lines of a derivation's log that are kept here; the whole log is in Nix's own log directory. */
export const LOG_TAIL_LINES = 200;
const MESSAGES_KEPT = 200;

export type WorkState = 'planned' | 'running' | 'done' | 'failed' | 'cancelled';

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

export interface DownloadState {
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
  readonly derivations: Readonly<Record<string, DerivationState>>;
  readonly downloads: Readonly<Record<string, DownloadState>>;
  /** What Nix announced before it began; 0 where there is nothing to fetch. */
  readonly plannedDownloadBytes: number;
  readonly plannedUnpackedBytes: number;
  readonly messages: readonly { readonly level: MessageLevel; readonly text: string }[];
  /** Activities that are going on, by id: what a later event with the same id is about. */
  readonly activities: Readonly<Record<string, Activity>>;
}

type Activity =
  | { readonly kind: 'build'; readonly derivation: string }
  | { readonly kind: 'download'; readonly path: string }
  | { readonly kind: 'other'; readonly text: string };

export const EMPTY_BUILD_STATE: BuildState = {
  phase: null,
  phaseText: '',
  derivations: {},
  downloads: {},
  plannedDownloadBytes: 0,
  plannedUnpackedBytes: 0,
  messages: [],
  activities: {},
};

/** The state after an event that came at `now` (milliseconds of any clock). Pure: the state given stays as it is. */
export function reduceBuild(state: BuildState, event: NixEvent, now: number): BuildState {
  switch (event.type) {
    case 'phase':
      return { ...state, phase: event.phase, phaseText: event.text };
    case 'planned-build':
      return withDerivation(state, event.derivation, (derivation) => derivation);
    case 'planned-download':
      return withDownload(state, event.path, (download) => download);
    case 'planned-bytes':
      return {
        ...state,
        plannedDownloadBytes: state.plannedDownloadBytes + event.downloadBytes,
        plannedUnpackedBytes: state.plannedUnpackedBytes + event.unpackedBytes,
      };
    case 'derivation-inputs':
      return withDerivation(state, event.derivation, (derivation) => ({
        ...derivation,
        inputs: event.inputs,
      }));
    case 'build-started':
      return withDerivation(
        withActivity(state, event.id, { kind: 'build', derivation: event.derivation }),
        event.derivation,
        (derivation) => ({ ...derivation, state: 'running', machine: event.machine, startedAt: now }),
      );
    case 'build-phase':
      return withBuildOf(state, event.id, (derivation) => ({ ...derivation, phase: event.phase }));
    case 'build-log':
      return withBuildOf(state, event.id, (derivation) => ({
        ...derivation,
        logTail: [...derivation.logTail.slice(1 - LOG_TAIL_LINES), event.line],
        logLines: derivation.logLines + 1,
      }));
    case 'build-failed':
      return withDerivation(state, event.derivation, (derivation) => ({
        ...derivation,
        state: 'failed',
        reason: event.reason,
        finishedAt: derivation.finishedAt ?? now,
      }));
    case 'download-started':
      return withDownload(
        withActivity(state, event.id, { kind: 'download', path: event.path }),
        event.path,
        (download) => ({ ...download, state: 'running', from: event.from ?? download.from }),
      );
    case 'transfer-started':
      return transferStarted(state, event);
    case 'activity-started':
      return withActivity(state, event.id, { kind: 'other', text: event.text });
    case 'progress':
      return withDownloadOf(state, event.id, (download) => ({
        ...download,
        doneBytes: event.done,
        totalBytes: event.expected > 0 ? event.expected : download.totalBytes,
      }));
    case 'stopped':
      return stopped(state, event.id, now);
    case 'message':
      if (event.level === 'debug') return state;
      return {
        ...state,
        messages: [...state.messages.slice(1 - MESSAGES_KEPT), { level: event.level, text: event.text }],
      };
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

function transferStarted(
  state: BuildState,
  event: Extract<NixEvent, { readonly type: 'transfer-started' }>,
): BuildState {
  const parent = state.activities[event.parent];
  if (parent?.kind === 'download' || NOT_A_DOWNLOAD.test(event.url)) {
    return withActivity(state, event.id, { kind: 'other', text: event.url });
  }
  return withDownload(
    withActivity(state, event.id, { kind: 'download', path: event.url }),
    event.url,
    (download) => ({ ...download, state: 'running' }),
  );
}

function stopped(state: BuildState, id: string, now: number): BuildState {
  const activity = state.activities[id];
  if (activity === undefined) return state;
  const { [id]: _, ...activities } = state.activities;
  const after = { ...state, activities };
  if (activity.kind === 'build') {
    return withDerivation(after, activity.derivation, (derivation) =>
      derivation.state === 'running' ? { ...derivation, state: 'done', finishedAt: now } : derivation,
    );
  }
  if (activity.kind === 'download') {
    const stillRuns = Object.values(activities).some(
      (other) => other.kind === 'download' && other.path === activity.path,
    );
    if (stillRuns) return after;
    return withDownload(after, activity.path, (download) =>
      download.state === 'running'
        ? { ...download, state: 'done', doneBytes: download.totalBytes ?? download.doneBytes }
        : download,
    );
  }
  return after;
}

function withActivity(state: BuildState, id: string, activity: Activity): BuildState {
  return { ...state, activities: { ...state.activities, [id]: activity } };
}

function withDerivation(
  state: BuildState,
  path: string,
  change: (derivation: DerivationState) => DerivationState,
): BuildState {
  const before = state.derivations[path] ?? {
    derivation: path,
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
  return { ...state, derivations: { ...state.derivations, [path]: change(before) } };
}

function withDownload(
  state: BuildState,
  path: string,
  change: (download: DownloadState) => DownloadState,
): BuildState {
  const before = state.downloads[path] ?? {
    path,
    from: null,
    state: 'planned',
    doneBytes: 0,
    totalBytes: null,
  };
  return { ...state, downloads: { ...state.downloads, [path]: change(before) } };
}

function withBuildOf(
  state: BuildState,
  id: string,
  change: (derivation: DerivationState) => DerivationState,
): BuildState {
  const activity = state.activities[id];
  return activity?.kind === 'build' ? withDerivation(state, activity.derivation, change) : state;
}

function withDownloadOf(
  state: BuildState,
  id: string,
  change: (download: DownloadState) => DownloadState,
): BuildState {
  const activity = state.activities[id];
  return activity?.kind === 'download' ? withDownload(state, activity.path, change) : state;
}
