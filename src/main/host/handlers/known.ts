import type { KnownLists } from '../known-lists.ts';
import { procedures } from '../procedures.ts';

export function knownHandlers(lists: KnownLists) {
  const os = procedures.known;
  return {
    latest: os.latest.handler(({ input }) => lists.latest(input)),
    add: os.add.handler(async ({ input }) => ({ jobId: await lists.add(input) })),
    remove: os.remove.handler(({ input }) => lists.remove(input.ref, input.location)),
  };
}
