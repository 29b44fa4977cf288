import type { TerminalOutput } from '../../shared/contract/runs.ts';
import { createFeed } from '../jobs/feed.ts';

/** What a program has written to its terminal: the end of it is kept, and any number of windows follow it. */
export interface TerminalLog {
  append(text: string): void;
  /** What is kept. */
  text(): string;
  follow(from: number, signal: AbortSignal | undefined): AsyncGenerator<TerminalOutput, void>;
  end(): void;
}

/** @param mostCharacters that are kept. */
export function createTerminalLog(mostCharacters: number): TerminalLog {
  const feed = createFeed<null>();
  let kept = '';
  let dropped = 0;
  return {
    append(text) {
      kept += text;
      if (kept.length > mostCharacters) {
        dropped += kept.length - mostCharacters;
        kept = kept.slice(-mostCharacters);
      }
      feed.publish(null);
    },
    text: () => kept,
    async *follow(from, signal) {
      let next = from;
      // However many were published meanwhile: all that is there is sent at once.
      for await (const _ of feed.follow(signal, () => [null])) {
        const start = Math.max(next, dropped);
        const text = kept.slice(start - dropped);
        if (text === '') continue;
        next = start + text.length;
        yield { from: start, text };
      }
    },
    end: () => feed.end(),
  };
}
