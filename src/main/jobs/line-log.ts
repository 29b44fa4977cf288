import type { LogChunk } from '../../shared/contract/jobs.ts';

const KEPT_LINES = 10_000;
const LONGEST_LINE = 4_000;

/** The last lines of a log, numbered from 0 since it began. */
export interface LineLog {
  readonly length: number;
  append(text: string): void;
  /** Up to `limit` lines from line `from` on; where that is gone, from the first line that is kept. */
  read(from: number, limit: number): LogChunk;
}

export function createLineLog(keptLines: number = KEPT_LINES): LineLog {
  let lines: string[] = [];
  let dropped = 0;
  return {
    get length() {
      return dropped + lines.length;
    },
    append(text) {
      for (const line of text.split(/\r?\n/)) {
        lines.push(line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)} …` : line);
      }
      // Cut in large steps: shifting one line at a time would copy the whole array for each.
      if (lines.length > keptLines * 2) {
        dropped += lines.length - keptLines;
        lines = lines.slice(-keptLines);
      }
    },
    read(from, limit) {
      const kept = Math.max(dropped, dropped + lines.length - keptLines);
      const firstLine = Math.max(from, kept);
      return {
        firstLine,
        lines: lines.slice(firstLine - dropped, firstLine - dropped + limit),
        droppedLines: firstLine - from,
      };
    },
  };
}
