import type { About } from '../../shared/contract/system.ts';
import { createDrafts } from '../documents/drafts.ts';
import { createRecentDocuments } from '../documents/recent-documents.ts';
import { createFileAccess } from '../files/file-access.ts';
import { buildRecordsDirectory } from '../files/paths.ts';
import type { JobRegistry } from '../jobs/job-registry.ts';
import { createBuilds } from './builds.ts';
import { createCatalogs } from './catalogs.ts';
import { openChosenFiles } from './chosen-files.ts';
import { createComparisons } from './comparisons.ts';
import { createImages } from './images.ts';
import { createKnownLists } from './known-lists.ts';
import { createLocks } from './locks.ts';
import { createOpenedImages } from './opened-images.ts';
import { createPopularities } from './popularities.ts';
import { createPushes } from './pushes.ts';
import { openRecords } from './records/open-records.ts';
import { createRuns } from './runs.ts';
import { createServing } from './serving.ts';
import { createSettings } from './settings.ts';
import { createSourceDescriptions } from './source-descriptions.ts';
import { createSourceOpener } from './source-opener.ts';
import { createTrust } from './trust.ts';

export interface ServiceOptions {
  /** For what can be made again: package sources, layers, builds, catalogs. */
  readonly cacheDirectory: string;
  /** For what cannot: settings, recent documents, unsaved work, trusted sources. */
  readonly dataDirectory: string;
  readonly workingDirectory: string;
  readonly homeDirectory: string;
  readonly shell: About['shell'];
  /** Directories in which windows may open and write files; in Electron those that the user chose are added. */
  readonly fileRoots: readonly string[];
  /** To run Nix in. */
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => Date;
  /** Whether windows may run the images. */
  readonly mayRun: boolean;
  readonly jobs: JobRegistry;
}

const CHOOSE = 'Choose it with the button beside the field: a window may use what you chose in a dialog.';

export type Services = Awaited<ReturnType<typeof createServices>>;

/** What does the work that windows ask for. */
export async function createServices({ dataDirectory, shell, fileRoots, mayRun, ...places }: ServiceOptions) {
  const { now, cacheDirectory, homeDirectory } = places;
  const records = openRecords(cacheDirectory, dataDirectory);
  const isDesktop = shell === 'electron';
  const files = await createFileAccess(fileRoots, isDesktop ? CHOOSE : undefined);
  const recent = createRecentDocuments(dataDirectory, now);
  const chosen = isDesktop
    ? await openChosenFiles({ files, recent, dataDirectory, homeDirectory })
    : { choose: () => Promise.reject(new Error('Only the desktop app has dialogs of the system.')) };
  const settings = createSettings(dataDirectory);
  const trust = createTrust(dataDirectory, now);
  const base = { ...places, settings, trust, files };
  const sources = createSourceOpener(base);
  const known = createKnownLists({ ...base, records: records.known });
  const popularities = createPopularities({ files, records: records.popularity });
  /** For whatever makes an image. */
  const planning = { ...base, builds: records.builds, images: records.images, known, popularities };
  return {
    ...base,
    records,
    sources,
    known,
    popularities,
    drafts: createDrafts(dataDirectory, now),
    recent,
    chosen,
    descriptions: createSourceDescriptions(sources, trust),
    locks: createLocks(base),
    catalogs: createCatalogs({ ...base, sources }),
    builds: createBuilds({
      ...base,
      records: records.builds,
      buildRecordsDirectory: buildRecordsDirectory(dataDirectory),
    }),
    images: createImages({ ...planning, records: records.images, mayRun }),
    pushes: createPushes(planning),
    serving: createServing(planning),
    runs: createRuns({ ...base, records: records.runs, mayRun }),
    comparisons: createComparisons(planning),
    opened: createOpenedImages(base),
  };
}
