import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type BuildCatalogOptions, buildCatalog } from '../catalog/build-catalog.ts';
import { DamagedCatalog, openCatalog } from '../catalog/open-catalog.ts';
import type { Catalog } from '../catalog/query-catalog.ts';
import { type OpenSource, openSource, type SourceRequest } from '../nix/open-source.ts';
import { nixEventsTo, type WorkContext } from './events.ts';

/** Where catalogs are kept, a file for what `key` names. */
export function catalogFile(cacheDirectory: string, key: string): string {
  const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return join(cacheDirectory, 'search', `${name}.sqlite`);
}

export interface CatalogRefresh extends Omit<BuildCatalogOptions, 'revision'> {
  /** What is in the file now. */
  readonly current: Pick<Catalog, 'revision'> | undefined;
  /** Also where it has just what the source has. */
  readonly rebuild?: boolean | undefined;
}

/**
 * Lists what a source has, unless its catalog has just that: of a source whose contents are not known by a fingerprint,
 * nobody can tell.
 *
 * @returns whether the file was written. @throws StrataError as {@link buildCatalog} does; Cancelled.
 */
export async function refreshCatalog(
  opened: OpenSource,
  { current, rebuild = false, ...options }: CatalogRefresh,
): Promise<boolean> {
  const { fingerprint, location } = opened.source;
  const revision = fingerprint ?? opened.source.revision ?? location;
  if (!rebuild && fingerprint !== null && current?.revision === revision) return false;
  await buildCatalog(opened, { ...options, revision });
  return true;
}

/**
 * Asks the catalog of a package source, which is kept for each of its revisions. One that turns out to be damaged is
 * written and asked again.
 *
 * @throws StrataError as {@link openSource} and {@link refreshCatalog} do; Cancelled.
 */
export async function searchSource<Answer>(
  request: SourceRequest,
  context: WorkContext,
  ask: (catalog: Catalog) => Answer,
): Promise<{ readonly opened: OpenSource; readonly answer: Answer }> {
  const { cacheDirectory, signal, onEvent } = context;
  const opened = await openSource(request, { cacheDirectory, signal, onEvent: nixEventsTo(onEvent) });
  const { importArguments } = request;
  const key = [opened.source.fingerprint ?? opened.source.location, opened.system, importArguments];
  const file = catalogFile(cacheDirectory, JSON.stringify(key));
  const askOnce = async (): Promise<Answer> => {
    const known = openCatalog(file);
    const options = { file, importArguments, cacheDirectory, builtAt: new Date(), signal };
    const isNew = await refreshCatalog(opened, { ...options, current: known });
    const catalog = isNew ? openCatalog(file) : known;
    if (isNew) known?.close();
    if (catalog === undefined) throw new Error(`The catalog that was just written cannot be read: ${file}`);
    try {
      return ask(catalog);
    } finally {
      catalog.close();
    }
  };
  try {
    return { opened, answer: await askOnce() };
  } catch (error) {
    if (!(error instanceof DamagedCatalog)) throw error;
    return { opened, answer: await askOnce() };
  }
}
