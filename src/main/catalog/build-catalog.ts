import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listPackagesOf } from '../nix/catalog.ts';
import type { OpenSource } from '../nix/open-source.ts';
import { catalogRecords } from './catalog-records.ts';
import { writeCatalog } from './write-catalog.ts';

export interface BuildCatalogOptions {
  /** Where the catalog goes; others lie beside it. */
  readonly file: string;
  readonly importArguments: Readonly<Record<string, unknown>>;
  readonly revision: string;
  readonly cacheDirectory: string;
  readonly builtAt: Date;
  readonly signal?: AbortSignal | undefined;
  /** Of the indexing; what Nix does before is told by the events of the source. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Catalogs of sources that are no longer used would pile up. */
const KEPT_FILES = 8;

/** Lists the packages of a source and writes their catalog. @throws what listing and writing throw; Cancelled. */
export async function buildCatalog(opened: OpenSource, options: BuildCatalogOptions): Promise<void> {
  const { file, importArguments, cacheDirectory, signal } = options;
  const context = { cacheDirectory, signal, onEvent: opened.run.onEvent };
  const { packages, leftOut } = await listPackagesOf(opened, { importArguments }, context);
  const popularity = (await opened.source.popularity?.({ cacheDirectory, signal })) ?? {};
  await writeCatalog(file, catalogRecords(packages, popularity), { ...options, leftOut });
  await forgetOldest(file);
}

async function forgetOldest(current: string): Promise<void> {
  const directory = dirname(current);
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sqlite'));
  const dated = await Promise.all(
    names.map(async (name) => {
      const file = join(directory, name);
      return { file, at: (await stat(file).catch(() => undefined))?.mtimeMs ?? 0 };
    }),
  );
  const oldest = dated.sort((a, b) => b.at - a.at).slice(KEPT_FILES);
  for (const { file } of oldest) if (file !== current) await rm(file, { force: true });
}
