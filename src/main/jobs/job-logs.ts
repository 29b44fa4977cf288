import type { LogChunk } from '../../shared/contract/jobs.ts';
import { createFeed } from './feed.ts';
import { createLineLog, type LineLog } from './line-log.ts';

/** The logs of one job: its own, which goes by null, and one a derivation. */
export interface JobLogs {
  append(derivation: string | null, text: string): void;
  /** Tells those who follow what was appended since it was called last. */
  flush(): void;
  follow(
    derivation: string | null,
    from: number,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<LogChunk, void>;
  end(): void;
}

const LINES_A_CHUNK = 1_000;

export function createJobLogs(): JobLogs {
  const feed = createFeed<string | null>();
  const logs = new Map<string | null, LineLog>();
  const changed = new Set<string | null>();
  const logOf = (derivation: string | null): LineLog => {
    const log = logs.get(derivation) ?? createLineLog();
    logs.set(derivation, log);
    return log;
  };
  return {
    append(derivation, text) {
      logOf(derivation).append(text);
      changed.add(derivation);
    },
    flush() {
      for (const log of changed) feed.publish(log);
      changed.clear();
    },
    async *follow(derivation, from, signal) {
      let next = from;
      for await (const appended of feed.follow(signal, () => [derivation])) {
        if (appended !== derivation) continue;
        while (next < logOf(derivation).length && !signal?.aborted) {
          const chunk = logOf(derivation).read(next, LINES_A_CHUNK);
          next = chunk.firstLine + chunk.lines.length;
          yield chunk;
        }
      }
    },
    end: () => feed.end(),
  };
}
