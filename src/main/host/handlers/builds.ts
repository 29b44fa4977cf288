import type { Builds } from '../builds.ts';
import { procedures } from '../procedures.ts';

export function buildHandlers(builds: Builds) {
  const os = procedures.builds;
  return {
    start: os.start.handler(async ({ input }) => ({ jobId: await builds.start(input.ref, input.document) })),
    latest: os.latest.handler(({ input }) => builds.latest(input)),
    get: os.get.handler(({ input }) => builds.get(input.build)),
    contents: os.contents.handler(({ input, signal }) => builds.contents(input, signal)),
    graph: os.graph.handler(({ input }) => builds.graph(input.build)),
  };
}
