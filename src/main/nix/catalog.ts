import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { type LeftOut, leftOutSchema } from '../../shared/contract/catalog.ts';
import { readSealedJson, writeSealedJson } from '../files/own-json.ts';
import type { OpenSource, SourceOpening, SourceRequest } from './open-source.ts';
import { type CatalogPackage, catalogPackageSchema } from './package-facts.ts';
import { readPackages } from './read-packages.ts';

const listingSchema = z.object({ packages: z.array(catalogPackageSchema), leftOut: z.array(leftOutSchema) });

export interface PackageListing {
  /** In the order of the attribute names. */
  readonly packages: readonly CatalogPackage[];
  /** What cannot be evaluated, by attribute. */
  readonly leftOut: readonly LeftOut[];
}

/** Counts up whenever an entry changes its shape or meaning. */
const FORMAT = 2;

/** Every package of a source, for a search. Evaluated once a revision of the source, and kept under <cache>/catalog. */
export async function listPackagesOf(
  opened: OpenSource,
  request: Pick<SourceRequest, 'importArguments'>,
  context: Pick<SourceOpening, 'cacheDirectory' | 'signal' | 'onEvent'>,
): Promise<PackageListing> {
  const { source } = opened;
  const file = cacheFile(opened, request, context.cacheDirectory);
  const kept = file === undefined ? undefined : readSealedJson(file, listingSchema);
  if (kept !== undefined) return kept;

  const text = `Reading all packages of ${source.description}`;
  const phase = { type: 'phase', phase: 'catalog', text } as const;
  context.onEvent?.(phase);
  const listing =
    source.catalog !== undefined && isPlain(request)
      ? { packages: await source.catalog(context), leftOut: [] }
      : await fromEvaluation(opened, request, (done, total) => context.onEvent?.({ ...phase, done, total }));
  if (file !== undefined) await writeSealedJson(file, listing);
  return listing;
}

function isPlain(request: Pick<SourceRequest, 'importArguments'>): boolean {
  return Object.keys(request.importArguments).length === 0;
}

async function fromEvaluation(
  { source, system, run }: OpenSource,
  { importArguments }: Pick<SourceRequest, 'importArguments'>,
  onProgress: (done: number, total: number) => void,
): Promise<PackageListing> {
  const request = { source: source.nix, importArguments, system };
  const { packages, leftOut } = await readPackages(request, run, { onProgress });
  return {
    packages: packages.map((entry) => ({
      ...entry,
      programs: entry.mainProgram === null ? [] : [entry.mainProgram],
    })),
    leftOut,
  };
}

/** None where the source may change without notice. */
function cacheFile(
  { source, system }: OpenSource,
  { importArguments }: Pick<SourceRequest, 'importArguments'>,
  cacheDirectory: string,
): string | undefined {
  if (source.fingerprint === null) return undefined;
  const key = JSON.stringify([FORMAT, source.type, source.fingerprint, system, importArguments]);
  const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return join(cacheDirectory, 'catalog', `${name}.json`);
}
