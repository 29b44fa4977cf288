import type { CatalogStatus, PackageDetails } from '../../shared/contract/catalog.ts';
import type { SourceSelection } from '../../shared/contract/sources.ts';
import { StrataError } from '../../shared/errors.ts';
import { type Catalog, openCatalog } from '../catalog/open-catalog.ts';
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

export function createCatalogs(services: CatalogServices): Catalogs {
  const { jobs, sources, now } = services;
  const live = new Map<string, Live>();
  const changes = createFeed<string>();

  const liveOf = (key: string): Live => {
    const found = live.get(key);
    if (found) return found;
    const entry: Live = {
      catalog: undefined,
      jobId: undefined,
      failure: undefined,
      freshUntil: Number.NEGATIVE_INFINITY,
    };
    live.set(key, entry);
    openInto(entry, key);
    return entry;
  };
  const openInto = (entry: Live, key: string): void => {
    entry.catalog = openCatalog(catalogFile(services.cacheDirectory, key), () => {
      entry.catalog = undefined;
      changes.publish(key);
    });
  };
  const of = (selection: SourceSelection): Catalog => {
    const { catalog } = liveOf(sources.keyOf(selection));
    if (catalog) return catalog;
    throw new StrataError('not-found', 'The packages of this source have not been listed yet.', {
      hint: 'List them first: the search does so by itself when it is opened.',
    });
  };

  const statusOf = (entry: Live): CatalogStatus => {
    if (entry.catalog) {
      const { revision, entries, builtAt, leftOutCounts } = entry.catalog;
      const leftOut = leftOutCounts.broken + leftOutCounts.thrown;
      return { state: 'ready', revision, entries, builtAt, leftOut };
    }
    if (entry.jobId !== undefined) {
      const progress = jobs.list().find(({ id }) => id === entry.jobId)?.progress;
      return {
        state: 'building',
        jobId: entry.jobId,
        phase: progress?.phase ?? 'Starting',
        done: progress?.done ?? 0,
        total: progress?.total ?? null,
      };
    }
    return entry.failure ?? { state: 'absent' };
  };

  const run = async (
    selection: SourceSelection,
    rebuild: boolean,
    report: JobReport<'catalog'>,
    signal: AbortSignal,
  ): Promise<void> => {
    const key = sources.keyOf(selection);
    const entry = liveOf(key);
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
    if (isNew) {
      entry.catalog?.close();
      openInto(entry, key);
    }
    entry.freshUntil = now().getTime() + freshFor(opened.source);
  };

  return {
    of,
    async *follow(selection, signal) {
      const key = sources.keyOf(selection);
      let last = '';
      for await (const changed of changes.follow(signal, () => [key])) {
        if (changed !== key) continue;
        const status = statusOf(liveOf(key));
        const text = JSON.stringify(status);
        if (text === last) continue;
        last = text;
        yield status;
      }
    },
    async prepare(selection, rebuild) {
      await services.trust.require(sources.locate(selection));
      const key = sources.keyOf(selection);
      const entry = liveOf(key);
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
      for (const { catalog } of live.values()) catalog?.close();
      live.clear();
      changes.end();
    },
  };
}
