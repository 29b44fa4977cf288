import sliceAnsi from 'slice-ansi';
import { type DownloadSums, sumDownloads } from '../../shared/download-sums.ts';
import { count, formatBytes, formatCount, formatDuration } from '../../shared/format.ts';
import { createRateMeter } from '../../shared/rate.ts';
import { createBuildFollower } from '../nix/build-follower.ts';
import type { BuildState, DerivationState } from '../nix/build-state.ts';
import type { NixEvent } from '../nix/events.ts';
import { storeObjectName } from './store-object-name.ts';
import type { Terminal } from './terminal.ts';

const MOST_LINES = 8;
const REDRAW_MILLISECONDS = 80;

/** Shows what Nix does: live lines on a terminal, one plain line an event that matters elsewhere. */
export interface NixProgress {
  readonly onEvent: (event: NixEvent) => void;
  /** Ends the live lines. */
  readonly finish: () => void;
}

export function showNixProgress(terminal: Terminal): NixProgress {
  const build = createBuildFollower(() => performance.now());
  const rate = createRateMeter();
  let drawnAt = 0;
  const told = new Set<string>();
  const timer = setInterval(() => draw(), 1000);
  timer.unref();

  function draw(): void {
    drawnAt = performance.now();
    const state = build.state();
    const sums = downloadSums(state);
    const bytesPerSecond = rate.note(sums.doneBytes, drawnAt);
    terminal.progress(nixProgressLines(state, bytesPerSecond, drawnAt, terminal.progressColumns));
  }

  return {
    onEvent(event) {
      const now = performance.now();
      build.note(event);
      if (terminal.isLive) {
        if (now - drawnAt > REDRAW_MILLISECONDS) draw();
      } else {
        const line = plainLine(event);
        // Some activities are told more than once.
        if (line !== undefined && !told.has(line)) terminal.note(line);
        if (line !== undefined) told.add(line);
      }
      if (event.type === 'message' && event.level === 'warning') {
        terminal.note(event.text.replace(/^(?:warning: )*/i, 'warning: '));
      }
    },
    finish() {
      clearInterval(timer);
      terminal.clearProgress();
    },
  };
}

/** The live lines: a summary, then what runs, longest first. */
export function nixProgressLines(
  state: BuildState,
  bytesPerSecond: number,
  now: number,
  columns: number,
): string[] {
  const derivations = Object.values(state.derivations);
  const downloads = Object.values(state.downloads);
  const running = derivations.filter((derivation) => derivation.state === 'running');
  const fetching = downloads.filter((download) => download.state === 'running');
  const parts = [state.phaseText || 'Nix'];
  if (state.phaseProgress !== null) {
    const { done, total } = state.phaseProgress;
    parts.push(`${formatCount(done)} of ${formatCount(total)}`);
  }
  if (derivations.length > 0) parts.push(`${finished(derivations)} of ${derivations.length} built`);
  if (downloads.length > 0) {
    const sums = downloadSums(state);
    const rate = fetching.length > 0 && bytesPerSecond > 0 ? `, ${formatBytes(bytesPerSecond)}/s` : '';
    parts.push(
      `${sums.finished} of ${count(sums.count, 'path')} fetched, ${bytesOf(sums.doneBytes, sums.totalBytes)}${rate}`,
    );
  }
  const lines = [
    ...running.map((derivation) => `  ${runningLine(derivation, now)}`),
    ...fetching.map(
      (download) =>
        `  ↓ ${storeObjectName(download.path)} ${bytesOf(download.doneBytes, download.totalBytes)}${
          download.from === null ? '' : ` from ${download.from}`
        }`,
    ),
  ];
  const shown = lines.slice(0, MOST_LINES);
  if (lines.length > shown.length) shown.push(`  … and ${lines.length - shown.length} more`);
  return [parts.join(' · '), ...shown].map((line) =>
    sliceAnsi(line.replaceAll('\t', ' '), 0, Math.max(columns - 1, 20)),
  );
}

function bytesOf(done: number, total: number | null): string {
  return total === null ? formatBytes(done) : `${formatBytes(done)} of ${formatBytes(total)}`;
}

function downloadSums({ downloads, plannedUnpackedBytes }: BuildState): DownloadSums {
  return sumDownloads(Object.values(downloads), plannedUnpackedBytes);
}

function runningLine(derivation: DerivationState, now: number): string {
  const time = derivation.startedAt === null ? '' : ` ${formatDuration(now - derivation.startedAt)}`;
  const phase = derivation.phase === null ? '' : ` (${derivation.phase})`;
  const machine = derivation.machine === null ? '' : ` on ${derivation.machine}`;
  const last = derivation.logTail.at(-1);
  return `${storeObjectName(derivation.derivation)}${phase}${machine}${time}${last === undefined ? '' : ` │ ${last}`}`;
}

function finished(entries: readonly { readonly state: string }[]): number {
  return entries.filter((entry) => entry.state === 'done').length;
}

function plainLine(event: NixEvent): string | undefined {
  switch (event.type) {
    case 'phase':
      return event.text;
    case 'build-started':
      return `building ${storeObjectName(event.derivation)}${event.machine === null ? '' : ` on ${event.machine}`}`;
    case 'download-started':
      return `fetching ${storeObjectName(event.path)}${event.from === null ? '' : ` from ${event.from}`}`;
    default:
      return undefined;
  }
}
