import { storePathName } from '../../engine/graph/closure-graph.ts';
import type { Derivation, DetailChange, Download } from '../../shared/contract/job-kinds.ts';
import type { JobProgress } from '../../shared/contract/jobs.ts';
import { sumDownloads } from '../../shared/download-sums.ts';
import type { WorkReport } from '../jobs/job.ts';
import { createBuildFollower } from '../nix/build-follower.ts';
import { type BuildState, cancelBuildState, type DerivationState } from '../nix/build-state.ts';
import type { OnNixEvent } from '../nix/events.ts';

/** Follows a run of Nix and tells a job what changed. */
export interface BuildProgress {
  readonly onEvent: OnNixEvent;
  /** Nothing runs any more: what was planned or running is over too. */
  stop(): void;
  /** What was built and what was downloaded so far. */
  counts(): { readonly built: number; readonly downloaded: number };
}

/** Several times within what a person sees as at once; each time costs a look at every derivation. */
const SHOW_MILLISECONDS = 50;

/**
 * @param signal once aborted, what Nix says on its way out is not told: a build that it ends is not done.
 * @param tell where what is built and downloaded is shown one by one
 */
export function followBuild(
  report: WorkReport,
  now: () => Date,
  signal?: AbortSignal,
  tell: (change: Pick<DetailChange<'build'>, 'derivations' | 'downloads'>) => void = () => {},
): BuildProgress {
  const build = createBuildFollower(() => now().getTime());
  /** Derivations by the ids of what builds them, for their logs. */
  const builds = new Map<string, string>();
  let shown = build.state();
  let timer: NodeJS.Timeout | undefined;

  const show = (next: BuildState): void => {
    const derivations = changed(shown.derivations, next.derivations).map(toDerivation);
    const downloads = changed(shown.downloads, next.downloads).map(toDownload);
    const progress = next === shown ? undefined : progressOf(next);
    shown = next;
    if (derivations.length + downloads.length > 0) tell({ derivations, downloads });
    if (progress !== undefined) report.progress(progress);
  };
  const current = (): BuildState => {
    clearTimeout(timer);
    timer = undefined;
    show(build.state());
    return shown;
  };

  return {
    onEvent(event) {
      if (signal?.aborted) return;
      if (event.type === 'build-started') builds.set(event.id, event.derivation);
      if (event.type === 'build-log') {
        const derivation = builds.get(event.id);
        if (derivation !== undefined) report.log(derivation, event.line);
      } else if (event.type === 'message' && event.level !== 'debug') {
        report.log(null, event.text);
      } else if (event.type === 'phase' && event.total === undefined) {
        report.log(null, event.text);
      }
      build.note(event);
      timer ??= setTimeout(current, SHOW_MILLISECONDS);
    },
    stop: () => show(cancelBuildState(current(), now().getTime())),
    counts() {
      const { derivations, downloads } = current();
      return { built: countDone(derivations), downloaded: countDone(downloads) };
    },
  };
}

function countDone(entries: Readonly<Record<string, { readonly state: string }>>): number {
  return Object.values(entries).filter(({ state }) => state === 'done').length;
}

/** Entries are replaced, never changed in place: what is another object has changed. */
function changed<Entry>(
  before: Readonly<Record<string, Entry>>,
  after: Readonly<Record<string, Entry>>,
): Entry[] {
  if (before === after) return [];
  return Object.entries(after).flatMap(([key, entry]) => (before[key] === entry ? [] : [entry]));
}

function derivationName(derivation: string): string {
  return storePathName(derivation).replace(/\.drv$/, '');
}

function timeOf(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}

function toDerivation({ derivation, state, phase, machine, ...rest }: DerivationState): Derivation {
  return {
    derivation,
    name: derivationName(derivation),
    state,
    phase,
    machine,
    startedAt: timeOf(rest.startedAt),
    finishedAt: timeOf(rest.finishedAt),
    dependencies: [...rest.inputs],
    logLines: rest.logLines,
  };
}

function toDownload({ path, from, state, doneBytes, totalBytes }: BuildState['downloads'][string]): Download {
  return { path, from, state, doneBytes, totalBytes };
}

/** What holds the closure is built at the end of every build, in a moment. */
const RUNTIME_GRAPH = 'strata-runtime-graph';

/** What a phase counts comes first. Where all is fetched, progress is bytes; else what is built and what is fetched are counted. */
export function progressOf(state: BuildState): JobProgress {
  const { phaseText: phase, phaseProgress } = state;
  if (phaseProgress !== null) return { phase, ...phaseProgress, unit: 'items' };
  const builds = Object.values(state.derivations).filter(
    ({ derivation }) => derivationName(derivation) !== RUNTIME_GRAPH,
  );
  const sums = sumDownloads(Object.values(state.downloads), state.plannedUnpackedBytes);
  if (builds.length === 0) {
    return { phase, done: sums.doneBytes, total: sums.totalBytes, unit: 'bytes' };
  }
  const built = builds.filter((entry) => entry.state === 'done').length;
  return {
    phase,
    done: built + sums.finished,
    total: builds.length + sums.count,
    unit: 'items',
  };
}
