import { count, formatBytes } from '../../shared/format.ts';
import type { AssembleProgress } from '../assemble/assemble.ts';
import type { ExportProgress } from '../images/export.ts';
import type { Terminal } from './terminal.ts';

const BAR_WIDTH = 24;
const REDRAW_MILLISECONDS = 80;

export interface PackProgress {
  readonly onLayer: (progress: AssembleProgress) => void;
  readonly onBytes: (progress: ExportProgress) => void;
  readonly finish: () => void;
}

/** A bar on a terminal, with what each thread packs; elsewhere a line a packed layer. */
export function showPackProgress(terminal: Terminal, verb: string): PackProgress {
  const states = new Map<number, AssembleProgress>();
  let drawnAt = 0;

  function draw(doneBytes: number, totalBytes: number, detail: string): void {
    const now = performance.now();
    if (now - drawnAt < REDRAW_MILLISECONDS && doneBytes < totalBytes) return;
    drawnAt = now;
    terminal.progress([
      `${verb} ${progressBar(doneBytes, totalBytes)} ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}${detail}`,
    ]);
  }

  return {
    onLayer(progress) {
      const before = states.get(progress.layer)?.state;
      states.set(progress.layer, progress);
      if (progress.state !== 'packing' && before !== progress.state && !terminal.isLive) {
        if (progress.state !== 'cached') {
          terminal.note(
            `layer ${progress.layer + 1} of ${progress.layerCount} ${progress.state}, ${formatBytes(progress.layerBytes)}`,
          );
        }
      }
      const finished = [...states.values()].filter(({ state }) => state !== 'packing').length;
      draw(
        progress.doneBytes,
        progress.totalBytes,
        ` · ${finished} of ${count(progress.layerCount, 'layer')}`,
      );
    },
    onBytes: ({ doneBytes, totalBytes }) => draw(doneBytes, totalBytes, ''),
    finish: () => terminal.clearProgress(),
  };
}

function progressBar(done: number, total: number): string {
  const filled = total === 0 ? BAR_WIDTH : Math.min(BAR_WIDTH, Math.floor((done / total) * BAR_WIDTH));
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
}
