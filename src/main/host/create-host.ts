import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Failure } from '../../shared/contract/errors.ts';
import { knownListSchema } from '../../shared/contract/known.ts';
import { popularityCountsSchema } from '../../shared/contract/popularity.ts';
import { runRecordSchema } from '../../shared/contract/runs.ts';
import type { About } from '../../shared/contract/system.ts';
import { sourceFields } from '../../shared/package-sources.ts';
import { createDrafts } from '../documents/drafts.ts';
import { createRecentDocuments } from '../documents/recent-documents.ts';
import { createFileAccess } from '../files/file-access.ts';
import { buildRecordsDirectory, logFile } from '../files/paths.ts';
import { createFeed } from '../jobs/feed.ts';
import { createJobRegistry } from '../jobs/job-registry.ts';
import { openLog } from '../log/log.ts';
import { createBuilds } from './builds.ts';
import { createCatalogs } from './catalogs.ts';
import { openChosenFiles } from './chosen-files.ts';
import { createComparisons } from './comparisons.ts';
import type { Connectable } from './connections.ts';
import { failureOf, isBug } from './failures.ts';
import { buildHandlers } from './handlers/builds.ts';
import { catalogHandlers } from './handlers/catalog.ts';
import { documentHandlers } from './handlers/documents.ts';
import { fileHandlers } from './handlers/files.ts';
import { imageHandlers } from './handlers/images.ts';
import { jobHandlers } from './handlers/jobs.ts';
import { knownHandlers } from './handlers/known.ts';
import { popularityHandlers } from './handlers/popularity.ts';
import { runHandlers } from './handlers/runs.ts';
import { settingsHandlers } from './handlers/settings.ts';
import { compareHandlers, openedHandlers, registryHandlers, servingHandlers } from './handlers/ship.ts';
import { sourceHandlers } from './handlers/sources.ts';
import { systemHandlers } from './handlers/system.ts';
import { createImages } from './images.ts';
import { createKnownLists } from './known-lists.ts';
import { createLocks } from './locks.ts';
import { createOpenedImages } from './opened-images.ts';
import { createPopularities } from './popularities.ts';
import { procedures } from './procedures.ts';
import { createPushes } from './pushes.ts';
import { buildRecordSchema } from './records/build-record.ts';
import { imageRecordSchema } from './records/image-record.ts';
import { createRecordStore } from './records/record-store.ts';
import { createRuns } from './runs.ts';
import { createServing } from './serving.ts';
import { createSettings } from './settings.ts';
import { createSourceDescriptions } from './source-descriptions.ts';
import { createSourceOpener } from './source-opener.ts';
import { createTrust } from './trust.ts';

export interface HostOptions {
  /** For what can be made again: package sources, layers, builds, catalogs. */
  readonly cacheDirectory: string;
  /** For what cannot: settings, recent documents, unsaved work, trusted sources. */
  readonly dataDirectory: string;
  readonly workingDirectory: string;
  readonly homeDirectory: string;
  readonly version: string;
  readonly shell: About['shell'];
  /** Directories in which windows may open and write files; in Electron those that the user chose are added. */
  readonly fileRoots: readonly string[];
  /** To run Nix in; the process's own where it is left out. */
  readonly env?: NodeJS.ProcessEnv;
  readonly now?: () => Date;
  /** Whether windows may run the images; true where it is left out. */
  readonly mayRun?: boolean;
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

const KEPT_RECORDS = 60;

const CHOOSE = 'Choose it with the button beside the field: a window may use what you chose in a dialog.';

/** Fewer, as those of a whole package set are megabytes. */
const KEPT_COUNTS = 20;

export async function createHost(options: HostOptions): Promise<Host> {
  const { cacheDirectory, dataDirectory, workingDirectory, homeDirectory, version, shell } = options;
  const { env = process.env, now = () => new Date(), mayRun = true } = options;
  const log = openLog(logFile(dataDirectory, 'host'), now);
  log.info(`Strata ${version} (${shell}, Node ${process.versions.node}) began as process ${process.pid}`);
  const onBug = (error: unknown): void => log.failure('A bug', error);
  const bugs = createFeed<Failure>();
  const jobs = createJobRegistry({
    now,
    toFailure(error) {
      if (isBug(error)) onBug(error);
      return failureOf(error);
    },
    onState({ title, state, failure }) {
      log.info(`${title}: ${state}${failure === null ? '' : `: ${failure.message} (${failure.code})`}`);
    },
  });
  const settings = createSettings(dataDirectory);
  const trust = createTrust(dataDirectory, now);
  const drafts = createDrafts(dataDirectory, now);
  const recent = createRecentDocuments(dataDirectory, now);
  const isDesktop = shell === 'electron';
  const files = await createFileAccess(options.fileRoots, isDesktop ? CHOOSE : undefined);
  const chosen = isDesktop
    ? await openChosenFiles({ files, recent, dataDirectory, homeDirectory })
    : { choose: () => Promise.reject(new Error('Only the desktop app has dialogs of the system.')) };
  const services = {
    cacheDirectory,
    workingDirectory,
    homeDirectory,
    env,
    now,
    jobs,
    settings,
    trust,
    files,
  };
  const sources = createSourceOpener(services);
  const descriptions = createSourceDescriptions(sources, trust);
  const catalogs = createCatalogs({ ...services, sources });
  const buildRecords = createRecordStore({
    directory: join(cacheDirectory, 'builds'),
    schema: buildRecordSchema,
    title: 'This build',
    kept: KEPT_RECORDS,
  });
  const imageRecords = createRecordStore({
    directory: join(cacheDirectory, 'images'),
    schema: imageRecordSchema,
    title: 'This image',
    kept: KEPT_RECORDS,
  });
  const builds = createBuilds({
    ...services,
    records: buildRecords,
    buildRecordsDirectory: buildRecordsDirectory(dataDirectory),
  });
  const knownRecords = createRecordStore({
    directory: join(dataDirectory, 'known'),
    schema: knownListSchema,
    title: 'This list of known images',
    hint: 'Open the document again, or add the images anew.',
    kept: KEPT_RECORDS,
  });
  const known = createKnownLists({ ...services, records: knownRecords });
  const popularityRecords = createRecordStore({
    directory: join(dataDirectory, 'popularity'),
    schema: popularityCountsSchema.nullable(),
    title: 'These popularity counts',
    hint: 'Open the document again, or choose their file anew.',
    kept: KEPT_COUNTS,
  });
  const popularities = createPopularities({ files, records: popularityRecords });
  const images = createImages({
    ...services,
    builds: buildRecords,
    records: imageRecords,
    known,
    popularities,
  });
  const pushes = createPushes({
    ...services,
    builds: buildRecords,
    images: imageRecords,
    known,
    popularities,
  });
  const serving = createServing({ ...services, builds: buildRecords, known, popularities });
  const runRecords = createRecordStore({
    directory: join(cacheDirectory, 'run-records'),
    schema: runRecordSchema,
    title: 'This run',
    hint: 'Run it again.',
    kept: KEPT_RECORDS,
  });
  const runs = createRuns({ ...services, records: runRecords, mayRun });
  const comparisons = createComparisons({
    ...services,
    builds: buildRecords,
    images: imageRecords,
    known,
    popularities,
  });
  const opened = createOpenedImages(services);

  const router = procedures.router({
    system: systemHandlers({
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
    }),
    settings: settingsHandlers(settings),
    sources: sourceHandlers({
      sources,
      descriptions,
      trust,
      locks: createLocks({ cacheDirectory, workingDirectory, settings, trust, files, env }),
    }),
    catalog: catalogHandlers({ catalogs, sources }),
    documents: documentHandlers({
      files,
      drafts,
      recent,
      describe: (document, documentPath) =>
        descriptions.describe({ ...sourceFields(document), documentPath }),
      onSaved: async (ref) => {
        await buildRecords.attach(ref);
        await imageRecords.attach(ref);
        await runRecords.attach(ref);
        await knownRecords.attach(ref);
        await popularityRecords.attach(ref);
      },
    }),
    jobs: jobHandlers(jobs),
    builds: buildHandlers(builds),
    images: imageHandlers(images, opened),
    known: knownHandlers(known),
    popularity: popularityHandlers(popularities),
    registry: registryHandlers(pushes, files),
    serving: servingHandlers(serving),
    runs: runHandlers(runs),
    compare: compareHandlers(comparisons),
    opened: openedHandlers(opened),
    files: fileHandlers({
      files,
      places: [
        { title: 'Home', path: homeDirectory },
        ...(workingDirectory === homeDirectory
          ? []
          : [{ title: 'Working directory', path: workingDirectory }]),
      ],
      async startDirectory() {
        const last = (await recent.list()).find(({ exists }) => exists);
        return last === undefined ? workingDirectory : dirname(last.path);
      },
    }),
  });

  return {
    router,
    release: (connection) => drafts.release(connection),
    onBug,
    choose: chosen.choose,
    onUncaught(error) {
      log.failure('A bug that nothing awaited', error);
      bugs.publish(failureOf(error));
    },
    async close() {
      await jobs.close();
      catalogs.close();
      bugs.end();
      log.info(`Process ${process.pid} closed its host`);
    },
  };
}
