import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type OpenSource, openSource, type SourceOpening, type SourceRequest } from '../nix/open-source.ts';
import { buildCatalog } from './build-catalog.ts';
import { type Catalog, DamagedCatalog, openCatalog } from './open-catalog.ts';

/**
 * Asks the catalog of a package source: written once a revision of the source, kept under <cache>/search. One that turns
 * out to be damaged is written and asked again.
 *
 * @throws StrataError as {@link openSource} and {@link writeCatalog} do; Cancelled
 */
export async function askSourceCatalog<Answer>(
  request: SourceRequest,
  context: SourceOpening,
  ask: (catalog: Catalog) => Answer,
): Promise<{ readonly opened: OpenSource; readonly answer: Answer }> {
  try {
    return await askOnce(request, context, ask);
  } catch (error) {
    if (!(error instanceof DamagedCatalog)) throw error;
    return await askOnce(request, context, ask);
  }
}

async function askOnce<Answer>(
  request: SourceRequest,
  context: SourceOpening,
  ask: (catalog: Catalog) => Answer,
): Promise<{ readonly opened: OpenSource; readonly answer: Answer }> {
  const { opened, catalog } = await openSourceCatalog(request, context);
  try {
    return { opened, answer: ask(catalog) };
  } finally {
    catalog.close();
  }
}

async function openSourceCatalog(
  request: SourceRequest,
  context: SourceOpening,
): Promise<{ readonly opened: OpenSource; readonly catalog: Catalog }> {
  const { cacheDirectory, signal } = context;
  const opened = await openSource(request, context);
  const { source, system } = opened;
  const revision = source.fingerprint ?? source.location;
  const key = JSON.stringify([revision, system, request.importArguments]);
  const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
  const file = join(cacheDirectory, 'search', `${name}.sqlite`);
  const known = source.fingerprint === null ? undefined : openCatalog(file);
  if (known) return { opened, catalog: known };

  const { importArguments } = request;
  await buildCatalog(opened, {
    file,
    importArguments,
    revision,
    cacheDirectory,
    builtAt: new Date(),
    signal,
  });
  const catalog = openCatalog(file);
  if (catalog === undefined) throw new Error(`The catalog that was just written cannot be read: ${file}`);
  return { opened, catalog };
}
