import type { CatalogStatus, PackageDetails } from '../../shared/contract/catalog.ts';
import type { SourceSelection } from '../../shared/contract/sources.ts';
import { StrataError } from '../../shared/errors.ts';
import { openCatalog } from '../catalog/open-catalog.ts';
import type { Catalog } from '../catalog/query-catalog.ts';
import { createFeed } from '../jobs/feed.ts';
import type { JobReport } from '../jobs/job.ts';
import type { JobRegistry } from '../jobs/job-registry.ts';
import { catalogFile, refreshCatalog } from '../verbs/search.ts';
import { followBuild } from './build-progress.ts';
import { freshFor, type SourceOpener } from './source-opener.ts';
import type { Trust } from './trust.ts';

export interface CatalogServices {
  readonly cacheDirectory: string;
  readonly now: () => Date;
  readonly jobs: JobRegistry;
  readonly sources: SourceOpener;
  readonly trust: Trust;
}

/** The catalogs of package sources: one file a selection of packages, opened when first used. */
export interface Catalogs {
  follow(selection: SourceSelection, signal?: AbortSignal): AsyncGenerator<CatalogStatus, void>;
  /**
   * Starts a job that brings the catalog up to date; null where it was found so a moment ago.
   *
   * @throws StrataError `untrusted-source`
   */
  prepare(selection: SourceSelection, rebuild: boolean): Promise<string | null>;
  /** @throws StrataError `not-found` where it has not been built */
  of(selection: SourceSelection): Catalog;
  details(selection: SourceSelection, attribute: string): PackageDetails;
  close(): void;
}

interface Live {
  catalog: Catalog | undefined;
  /** The job that is at work on it. */
  jobId: string | undefined;
  failure: CatalogStatus | undefined;
  /** Until when it is taken to be up to date, in milliseconds. */
  freshUntil: number;
}

/** The catalogs that are open, by the key of their selection. @param onDamage told of one that had to be removed. */
function createShelf(cacheDirectory: string, onDamage: (key: string) => void) {
  const shelf = new Map<string, Live>();
  const open = (entry: Live, key: string): void => {
    entry.catalog = openCatalog(catalogFile(cacheDirectory, key), () => {
      entry.catalog = undefined;
      onDamage(key);
    });
  };
  return {
    of(key: string): Live {
      const found = shelf.get(key);
      if (found) return found;
      const entry: Live = {
        catalog: undefined,
        jobId: undefined,
        failure: undefined,
        freshUntil: Number.NEGATIVE_INFINITY,
      };
      shelf.set(key, entry);
      open(entry, key);
      return entry;
    },
    /** Its file is another. */
    reopen(key: string): void {
      const entry = this.of(key);
      entry.catalog?.close();
      open(entry, key);
    },
    close() {
      for (const { catalog } of shelf.values()) catalog?.close();
      shelf.clear();
    },
  };
}

function statusOf({ catalog, jobId, failure }: Live, jobs: JobRegistry): CatalogStatus {
  if (catalog) {
    const { revision, entries, builtAt, leftOutCounts } = catalog;
    const leftOut = leftOutCounts.broken + leftOutCounts.thrown;
    return { state: 'ready', revision, entries, builtAt, leftOut };
  }
  if (jobId === undefined) return failure ?? { state: 'absent' };
  const progress = jobs.list().find(({ id }) => id === jobId)?.progress;
  return {
    state: 'building',
    jobId,
    phase: progress?.phase ?? 'Starting',
    done: progress?.done ?? 0,
    total: progress?.total ?? null,
  };
}

export function createCatalogs(services: CatalogServices): Catalogs {
  const { jobs, sources, now } = services;
  const changes = createFeed<string>();
  const shelf = createShelf(services.cacheDirectory, (key) => changes.publish(key));

  const of = (selection: SourceSelection): Catalog => {
    const { catalog } = shelf.of(sources.keyOf(selection));
    if (catalog) return catalog;
    throw new StrataError('not-found', 'The packages of this source have not been listed yet.', {
      hint: 'List them first: the search does so by itself when it is opened.',
    });
  };

  const run = async (
    selection: SourceSelection,
    rebuild: boolean,
    report: JobReport<'catalog'>,
    signal: AbortSignal,
  ): Promise<void> => {
    const key = sources.keyOf(selection);
    const entry = shelf.of(key);
    const tell: JobReport<'catalog'> = {
      ...report,
      progress(progress) {
        report.progress(progress);
        changes.publish(key);
      },
    };
    const nix = followBuild(tell, now, signal);
    const opened = await sources
      .open(selection, { signal, onEvent: nix.onEvent, afresh: rebuild })
      .finally(nix.stop);
    const isNew = await refreshCatalog(opened, {
      file: catalogFile(services.cacheDirectory, key),
      current: entry.catalog,
      rebuild,
      importArguments: sources.locate(selection).importArguments,
      cacheDirectory: services.cacheDirectory,
      builtAt: now(),
      signal,
      onProgress(done, total) {
        tell.tell({ entries: done });
        tell.progress({ phase: 'Indexing the packages', done, total, unit: 'items' });
      },
    });
    if (isNew) shelf.reopen(key);
    entry.freshUntil = now().getTime() + freshFor(opened.source);
  };

  return {
    of,
    async *follow(selection, signal) {
      const key = sources.keyOf(selection);
      let last = '';
      for await (const changed of changes.follow(signal, () => [key])) {
        if (changed !== key) continue;
        const status = statusOf(shelf.of(key), jobs);
        const text = JSON.stringify(status);
        if (text === last) continue;
        last = text;
        yield status;
      }
    },
    async prepare(selection, rebuild) {
      await services.trust.require(sources.locate(selection));
      const key = sources.keyOf(selection);
      const entry = shelf.of(key);
      if (entry.jobId !== undefined) return entry.jobId;
      const isFresh = entry.catalog && now().getTime() < entry.freshUntil;
      if (isFresh && !rebuild) return null;
      const id = jobs.start({
        kind: 'catalog',
        title: 'List the packages',
        document: null,
        run: (report, signal) => run(selection, rebuild, report, signal),
      });
      entry.jobId = id;
      entry.failure = undefined;
      changes.publish(key);
      void jobs.settled(id).then(({ failure }) => {
        entry.jobId = undefined;
        if (failure !== null) entry.failure = { state: 'failed', failure };
        changes.publish(key);
      });
      return id;
    },
    details(selection, attribute) {
      const details = of(selection).details(attribute);
      if (details) return details;
      throw new StrataError('unknown-package', `${attribute} is not in the package source.`, {
        details: {
          problems: [
            { requested: attribute, code: 'unknown-package', nearest: of(selection).nearest(attribute) },
          ],
        },
      });
    },
    close() {
      shelf.close();
      changes.end();
    },
  };
}
