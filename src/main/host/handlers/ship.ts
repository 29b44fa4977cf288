import type { FileAccess } from '../../files/file-access.ts';
import { readAuthorities } from '../../registry/transport/authorities.ts';
import type { Comparisons } from '../comparisons.ts';
import type { OpenedImages } from '../opened-images.ts';
import { procedures } from '../procedures.ts';
import type { Pushes } from '../pushes.ts';
import type { Serving } from '../serving.ts';

export function registryHandlers(pushes: Pushes, files: FileAccess) {
  const os = procedures.registry;
  return {
    authorities: os.authorities.handler(async ({ input }) => {
      const { authorities } = await readAuthorities(await files.check(input.caFile));
      return [...authorities];
    }),
    push: os.push.handler(async ({ input }) => ({ jobId: await pushes.start(input) })),
    summary: os.summary.handler(({ input, signal }) => pushes.summary(input.reference, input.access, signal)),
  };
}

export function servingHandlers(serving: Serving) {
  const os = procedures.serving;
  return {
    start: os.start.handler(async ({ input }) => ({ jobId: await serving.start(input) })),
  };
}

export function compareHandlers(comparisons: Comparisons) {
  const os = procedures.compare;
  return {
    start: os.start.handler(async ({ input: { before, after } }) => ({
      jobId: await comparisons.start(before, after),
    })),
  };
}

export function openedHandlers(opened: OpenedImages) {
  const os = procedures.opened;
  return {
    start: os.start.handler(async ({ input }) => ({
      jobId: await opened.start(input.location, input.access),
    })),
  };
}
