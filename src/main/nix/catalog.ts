import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { type LeftOut, leftOutSchema } from '../../shared/contract/catalog.ts';
import { readSealedJson, writeSealedJson } from '../files/own-json.ts';
import { starterCatalog } from '../starter/prepare.ts';
import type { OpenSource, SourceOpening, SourceRequest } from './open-source.ts';
import { packageFactsSchema, readPackages } from './read-packages.ts';

const entrySchema = packageFactsSchema.extend({
  /** What goes into a document: `python3Packages.requests`. */
  attribute: z.string(),
  /** Programs in its bin directory, as far as the source says. */
  programs: z.array(z.string()),
});
export type CatalogPackage = z.infer<typeof entrySchema>;

const listingSchema = z.object({ packages: z.array(entrySchema), leftOut: z.array(leftOutSchema) });

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
    source.type === 'starter' && isPlain(request)
      ? { packages: await fromStarter(context), leftOut: [] }
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

/** The starter set knows its own packages, and their programs, without an evaluation. */
async function fromStarter(
  context: Pick<SourceOpening, 'cacheDirectory' | 'signal'>,
): Promise<CatalogPackage[]> {
  const entries = await starterCatalog({ cache: context.cacheDirectory, signal: context.signal });
  return entries.map(({ attribute, pname, version, description, homepage, license, programs, outputs }) => ({
    attribute,
    name: `${pname}-${version}`,
    pname,
    version,
    description,
    homepage: homepage ?? null,
    licences: [{ name: license, spdxId: null, free: null }],
    mainProgram: null,
    outputs: [...outputs],
    marks: [],
    vulnerabilities: [],
    programs: [...programs],
  }));
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
