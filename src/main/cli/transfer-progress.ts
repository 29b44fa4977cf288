import { count, formatBytes } from '../../shared/format.ts';
import type { BlobProgress } from '../registry/progress.ts';
import type { Terminal } from './terminal.ts';

const REDRAW_MILLISECONDS = 80;
const MOST_LINES = 8;

export interface TransferProgress {
  readonly onProgress: (progress: BlobProgress) => void;
  readonly finish: () => void;
}

/** Blobs on their way to or from a registry: live lines on a terminal, a line a moved blob elsewhere. */
export function showTransferProgress(terminal: Terminal, verb: string): TransferProgress {
  const blobs = new Map<string, BlobProgress>();
  let drawnAt = 0;
  return {
    onProgress(progress) {
      const before = blobs.get(progress.digest)?.state;
      blobs.set(progress.digest, progress);
      const { state, digest, sizeBytes } = progress;
      if (!terminal.isLive) {
        const isNews = state !== before && (state === 'moved' || state === 'mounted');
        if (isNews) terminal.note(`${state} ${digest.slice(0, 19)}, ${formatBytes(sizeBytes)}`);
        return;
      }
      const now = performance.now();
      if (now - drawnAt < REDRAW_MILLISECONDS) return;
      drawnAt = now;
      terminal.progress(transferLines(verb, [...blobs.values()]));
    },
    finish: () => terminal.clearProgress(),
  };
}

function transferLines(verb: string, blobs: readonly BlobProgress[]): string[] {
  const moving = blobs.filter(({ state }) => state === 'moving');
  const settled = blobs.filter(({ state }) => ['present', 'mounted', 'moved'].includes(state));
  const rate = moving.reduce((sum, { bytesPerSecond }) => sum + bytesPerSecond, 0);
  return [
    `${verb} ${settled.length} of ${count(blobs.length, 'blob')} · ${formatBytes(rate)}/s`,
    ...moving
      .slice(0, MOST_LINES)
      .map(
        ({ digest, doneBytes, sizeBytes, bytesPerSecond }) =>
          `  ${digest.slice(0, 19)} ${formatBytes(doneBytes)} of ${formatBytes(sizeBytes)}, ${formatBytes(bytesPerSecond)}/s`,
      ),
  ];
}
