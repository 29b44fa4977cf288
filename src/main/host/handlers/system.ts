import { availableParallelism } from 'node:os';
import type { Failure } from '../../../shared/contract/errors.ts';
import type { About } from '../../../shared/contract/system.ts';
import { logFile } from '../../files/paths.ts';
import type { Feed } from '../../jobs/feed.ts';
import { systemOfMachine } from '../../nix/system.ts';
import { detectVersion } from '../../nix/version.ts';
import { diagnose } from '../../verbs/doctor.ts';
import { procedures } from '../procedures.ts';

export interface SystemFacts {
  readonly version: string;
  readonly shell: About['shell'];
  readonly homeDirectory: string;
  readonly workingDirectory: string;
  readonly cacheDirectory: string;
  readonly dataDirectory: string;
  readonly hostId: string;
  readonly env: NodeJS.ProcessEnv;
  readonly bugs: Feed<Failure>;
  readonly mayRun: boolean;
}

export function systemHandlers({ env, bugs, ...facts }: SystemFacts) {
  const os = procedures.system;
  return {
    about: os.about.handler(async ({ signal }) => ({
      ...facts,
      logFile: logFile(facts.dataDirectory, 'host'),
      platform: process.platform,
      // Images are for Linux wherever they are made.
      nixSystem: systemOfMachine('linux'),
      nodeVersion: process.versions.node,
      nixVersion: await detectVersion(env, signal).then(
        ({ version }) => version,
        () => null,
      ),
      cores: availableParallelism(),
    })),
    doctor: os.doctor.handler(({ signal }) => diagnose({ ...facts, env, signal })),
    bugs: os.bugs.handler(({ signal }) => bugs.follow(signal, () => [])),
  };
}
