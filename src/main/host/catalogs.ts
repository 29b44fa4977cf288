import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CatalogStatus, PackageDetails } from '../../shared/contract/catalog.ts';
import type { SourceSelection } from '../../shared/contract/sources.ts';
import { StrataError } from '../../shared/errors.ts';
import { catalogRecords } from '../catalog/catalog-records.ts';
import { type Catalog, openCatalog } from '../catalog/open-catalog.ts';
import { writeCatalog } from '../catalog/write-catalog.ts';
import { createFeed } from '../jobs/feed.ts';
import type { JobReport } from '../jobs/job.ts';
import type { JobRegistry } from '../jobs/job-registry.ts';
import { listPackagesOf } from '../nix/catalog.ts';
import type { OpenSource } from '../nix/open-source.ts';
import { starterPopularity } from '../starter/prepare.ts';
import { followBuild } from './build-progress.ts';
import type { SourceOpener } from './source-opener.ts';
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
  checkedAt: number;
}

const FRESH_MILLISECONDS = 10 * 60_000;
const KEPT_FILES = 8;

export function createCatalogs(services: CatalogServices): Catalogs {
  const { jobs, sources, now } = services;
  const directory = join(services.cacheDirectory, 'search');
  const live = new Map<string, Live>();
  const changes = createFeed<string>();

  const fileOf = (key: string): string =>
    join(directory, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.sqlite`);
  const liveOf = (key: string): Live => {
    const found = live.get(key) ?? {
      catalog: openCatalog(fileOf(key)),
      jobId: undefined,
      failure: undefined,
      checkedAt: Number.NEGATIVE_INFINITY,
    };
    live.set(key, found);
    return found;
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
      const { revision, entries, builtAt } = entry.catalog;
      return { state: 'ready', revision, entries, builtAt };
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
    report: JobReport,
    signal: AbortSignal,
  ): Promise<void> => {
    const key = sources.keyOf(selection);
    const entry = liveOf(key);
    const tell: JobReport = {
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
    const revision = opened.source.fingerprint ?? opened.source.revision ?? opened.source.location;
    const isExact = opened.source.fingerprint !== null;
    if (entry.catalog?.revision !== revision || !isExact || rebuild) {
      await write(selection, opened, revision, tell, signal);
    }
    entry.checkedAt = now().getTime();
  };

  const write = async (
    selection: SourceSelection,
    opened: OpenSource,
    revision: string,
    report: JobReport,
    signal: AbortSignal,
  ): Promise<void> => {
    const { cacheDirectory } = services;
    const context = { cacheDirectory, signal, onEvent: opened.run.onEvent };
    const packages = await listPackagesOf(opened, selection, context);
    const popularity =
      opened.source.type === 'starter' ? await starterPopularity({ cache: cacheDirectory, signal }) : {};
    const key = sources.keyOf(selection);
    const file = fileOf(key);
    await writeCatalog(file, catalogRecords(packages, popularity), {
      revision,
      builtAt: now(),
      signal,
      onProgress(done, total) {
        report.entries(done);
        report.progress({ phase: 'Indexing the packages', done, total, unit: 'items' });
      },
    });
    const entry = liveOf(key);
    entry.catalog?.close();
    entry.catalog = openCatalog(file);
    await forgetOldest(directory, file);
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
      const isFresh = entry.catalog && now().getTime() - entry.checkedAt < FRESH_MILLISECONDS;
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

/** Catalogs of sources that are no longer used would pile up. */
async function forgetOldest(directory: string, current: string): Promise<void> {
  const files = (await readdir(directory))
    .filter((name) => name.endsWith('.sqlite'))
    .map((name) => join(directory, name));
  const dated = await Promise.all(
    files.map(async (file) => ({ file, at: (await stat(file).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  const oldest = dated.sort((a, b) => b.at - a.at).slice(KEPT_FILES);
  for (const { file } of oldest) if (file !== current && existsSync(file)) await rm(file, { force: true });
}
