import { ownCacheDirectory } from '../files/own-directory.ts';
import type { WorkContext, WorkEvent } from '../verbs/events.ts';
import type { CommandContext } from './command.ts';
import { hintWithOptions } from './hint-with-options.ts';
import { type NixProgress, showNixProgress } from './nix-progress.ts';
import { type PackProgress, showPackProgress } from './pack-progress.ts';
import { showWaiting } from './show-waiting.ts';
import type { Terminal } from './terminal.ts';
import { showTransferProgress, type TransferProgress } from './transfer-progress.ts';

/** What is said of work whose direction the events do not tell. */
export interface WorkWords {
  readonly writing?: string;
  readonly moved?: string;
}

/** Runs a verb of `verbs/` and shows what it tells: live lines on a terminal, a line for what matters elsewhere. */
export async function shown<T>(
  { terminal, signal }: CommandContext,
  verb: (work: WorkContext) => Promise<T>,
  words: WorkWords = {},
): Promise<T> {
  const drawing = drawWork(terminal, words);
  return verb({ cacheDirectory: ownCacheDirectory(), signal, onEvent: drawing.onEvent }).finally(
    drawing.finish,
  );
}

function drawWork(terminal: Terminal, { writing = 'Writing', moved = 'Pushed' }: WorkWords) {
  const progressBar = { packing: 'Packing', reading: 'Reading', checking: 'Checking', writing } as const;
  let shownNow: { readonly of: string; readonly finish: () => void } | undefined;
  /** One progress is on the terminal at a time: that of another kind of work ends it. */
  const show = <Progress extends { readonly finish: () => void }>(of: string, start: () => Progress) => {
    if (shownNow?.of !== of) {
      shownNow?.finish();
      shownNow = { of, ...start() };
    }
    return shownNow as unknown as Progress;
  };
  const bar = (of: keyof typeof progressBar): PackProgress =>
    show(of, () => showPackProgress(terminal, progressBar[of]));

  const waiting = showWaiting(terminal);

  return {
    onEvent(event: WorkEvent): void {
      switch (event.type) {
        case 'nix':
          show<NixProgress>('nix', () => showNixProgress(terminal)).onEvent(event.event);
          break;
        case 'image':
          terminal.note(`Reading ${event.name}`);
          break;
        case 'bytes':
          bar(event.doing).onBytes(event);
          break;
        case 'layer':
          bar('packing').onLayer(event.progress);
          break;
        case 'blob':
          show<TransferProgress>('blob', () => showTransferProgress(terminal, moved)).onProgress(
            event.progress,
          );
          break;
        case 'waiting':
          waiting(event.waiting);
          break;
        case 'note':
          terminal.note(event.text);
          break;
        case 'warning': {
          terminal.note(`warning: ${event.what}: ${event.error.message}`);
          const hint = hintWithOptions(event.error);
          if (hint !== null) terminal.note(`hint: ${hint}`);
          break;
        }
        case 'packing':
        case 'pushing':
        case 'attaching':
          break;
      }
    },
    finish: () => shownNow?.finish(),
  };
}
