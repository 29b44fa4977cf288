import type { ContractRouterClient } from '@orpc/contract';
import { buildsContract } from './builds.ts';
import { catalogContract } from './catalog.ts';
import { compareContract } from './compare.ts';
import { documentsContract } from './documents.ts';
import { filesContract } from './files.ts';
import { imagesContract } from './images.ts';
import { jobsContract } from './jobs.ts';
import { knownContract } from './known.ts';
import { openedContract } from './opened.ts';
import { popularityContract } from './popularity.ts';
import { registryContract } from './registry.ts';
import { runsContract } from './runs.ts';
import { servingContract } from './serving.ts';
import { sourcesContract } from './sources.ts';
import { settingsContract, systemContract } from './system.ts';

/**
 * The one contract between host and window.
 *
 * - Errors: `ORPCError.code` is a stable code of `errors.ts`, `.data` a `FailureData`. Anything else is a bug.
 * - Long work is a job: the call that starts it returns its id at once, and `jobs.subscribe` follows it.
 * - Streams are async iterators that begin with the state as it is. Abort the call's signal to end one.
 * - Transports: in a browser a WebSocket to `/rpc` of the page's own origin; in Electron the MessagePort that
 *   `ShellBridge.requestPort` brings.
 * - Either shell opens a window with `?open=PATH` where a document is to be opened first.
 */
export const contract = {
  system: systemContract,
  settings: settingsContract,
  sources: sourcesContract,
  catalog: catalogContract,
  documents: documentsContract,
  jobs: jobsContract,
  builds: buildsContract,
  images: imagesContract,
  known: knownContract,
  popularity: popularityContract,
  registry: registryContract,
  serving: servingContract,
  runs: runsContract,
  compare: compareContract,
  opened: openedContract,
  files: filesContract,
};
type Contract = typeof contract;
export type HostClient = ContractRouterClient<Contract>;

/** Path of the WebSocket in the browser shell. */
export const RPC_PATH = '/rpc';
