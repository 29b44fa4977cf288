import { procedures } from '../procedures.ts';
import type { Runs } from '../runs.ts';

export function runHandlers(runs: Runs) {
  const os = procedures.runs;
  return {
    start: os.start.handler(async ({ input }) => ({ jobId: await runs.start(input) })),
    restart: os.restart.handler(async ({ input }) => ({
      jobId: await runs.restart(input.id, input.document),
    })),
    write: os.write.handler(({ input }) => runs.write(input.id, input.text)),
    resize: os.resize.handler(({ input }) => runs.resize(input.id, input.columns, input.rows)),
    follow: os.follow.handler(({ input, signal }) => runs.follow(input.id, input.from, signal)),
    latest: os.latest.handler(({ input }) => runs.latest(input)),
  };
}
