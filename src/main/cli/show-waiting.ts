import { type OnWaiting, waitingLine } from '../registry/transport/silence.ts';
import type { Terminal } from './terminal.ts';

/** Where nothing live can be shown, a line so often. */
const NOTE_EVERY_MS = 15_000;

/** A registry that says nothing, below whatever is shown. */
export function showWaiting(terminal: Terminal): OnWaiting {
  let notedMs = 0;
  return (waiting) => {
    if (waiting === undefined) {
      notedMs = 0;
      terminal.status(undefined);
      return;
    }
    const line = waitingLine(waiting);
    terminal.status(line);
    if (terminal.isLive || waiting.silentMs < notedMs + NOTE_EVERY_MS) return;
    notedMs = waiting.silentMs;
    terminal.note(line);
  };
}
