import { randomUUID } from 'node:crypto';
import type { Failure } from '../../shared/contract/errors.ts';
import { logFile } from '../files/paths.ts';
import { createFeed } from '../jobs/feed.ts';
import { createJobRegistry } from '../jobs/job-registry.ts';
import { openLog } from '../log/log.ts';
import type { Connectable } from './connections.ts';
import { failureOf, isBug } from './failures.ts';
import { createRouter } from './router.ts';
import { createServices, type ServiceOptions } from './services.ts';

type Defaulted = 'env' | 'now' | 'mayRun';

/** Left out: the process's own environment, the time of the machine, and that windows may run the images. */
export interface HostOptions
  extends Omit<ServiceOptions, Defaulted | 'jobs'>,
    Partial<Pick<ServiceOptions, Defaulted>> {
  readonly version: string;
}

/** The host: everything that touches Nix, disk or network, for any number of windows. */
export interface Host extends Connectable {
  /** For what nothing awaited, here a bug: it is written down, and windows are told. */
  onUncaught(error: unknown): void;
  /** Allows windows a path that the user chose in a dialog of the system. Only Electron may call it. */
  choose(path: string): Promise<void>;
  /** Cancels what runs and waits for it. */
  close(): Promise<void>;
}

export async function createHost({ version, ...given }: HostOptions): Promise<Host> {
  const options = { env: process.env, now: () => new Date(), mayRun: true, ...given };
  const { dataDirectory, shell, env, mayRun } = options;
  const log = openLog(logFile(dataDirectory, 'host'), options.now);
  log.info(`Strata ${version} (${shell}, Node ${process.versions.node}) began as process ${process.pid}`);
  const onBug = (error: unknown): void => log.failure('A bug', error);
  const bugs = createFeed<Failure>();
  const jobs = createJobRegistry({
    now: options.now,
    toFailure(error) {
      if (isBug(error)) onBug(error);
      return failureOf(error);
    },
    onState({ title, state, failure }) {
      log.info(`${title}: ${state}${failure === null ? '' : `: ${failure.message} (${failure.code})`}`);
    },
  });
  const services = await createServices({ ...options, jobs });
  const { homeDirectory, workingDirectory, cacheDirectory } = options;
  const router = createRouter(services, {
    version,
    shell,
    homeDirectory,
    workingDirectory,
    cacheDirectory,
    dataDirectory,
    hostId: randomUUID(),
    env,
    bugs,
    mayRun,
  });
  return {
    router,
    release: (connection) => services.drafts.release(connection),
    onBug,
    choose: services.chosen.choose,
    onUncaught(error) {
      log.failure('A bug that nothing awaited', error);
      bugs.publish(failureOf(error));
    },
    async close() {
      await jobs.close();
      services.catalogs.close();
      bugs.end();
      log.info(`Process ${process.pid} closed its host`);
    },
  };
}
