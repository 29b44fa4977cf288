import type { Locks } from '../locks.ts';
import { procedures } from '../procedures.ts';
import type { SourceDescriptions } from '../source-descriptions.ts';
import type { SourceOpener } from '../source-opener.ts';
import type { Trust } from '../trust.ts';

export interface SourceServices {
  readonly sources: SourceOpener;
  readonly descriptions: SourceDescriptions;
  readonly trust: Trust;
  readonly locks: Locks;
}

export function sourceHandlers({ sources, descriptions, trust, locks }: SourceServices) {
  const os = procedures.sources;
  return {
    lock: os.lock.handler(({ input }) => locks.status(input.path, input.document)),
    writeLock: os.writeLock.handler(({ input, signal }) =>
      locks.write(input.path, input.document, input.update, signal),
    ),
    describe: os.describe.handler(({ input }) => descriptions.describe(input)),
    choices: os.choices.handler(() => descriptions.choices()),
    trust: os.trust.handler(async ({ input }) => {
      await trust.add(await sources.code(input));
      return descriptions.describe(input);
    }),
    distrust: os.distrust.handler(({ input }) => trust.remove(input.identity)),
    trusted: os.trusted.handler(async () =>
      (await trust.list()).map(({ identity, title, trustedAt }) => ({ identity, title, trustedAt })),
    ),
  };
}
