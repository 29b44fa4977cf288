import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { resourcePath } from '../paths.ts';
import { readSealedJson, writeSealedJson } from '../sealed-json.ts';
import { starterCatalog } from '../starter/prepare.ts';
import { evaluate } from './instantiate.ts';
import { licenceSchema, REFUSALS } from './lookup.ts';
import { type OpenSource, openSource, type SourceOpening, type SourceRequest } from './open-source.ts';
import { formatAttribute } from './package-names.ts';
import type { ResolvedSource } from './source/resolved-source.ts';

const evaluatedSchema = z.object({
  attribute: z.array(z.string()),
  name: z.string(),
  pname: z.string(),
  version: z.string(),
  description: z.string().nullable(),
  homepage: z.string().nullable(),
  licences: z.array(licenceSchema),
  mainProgram: z.string().nullable(),
  outputs: z.array(z.string()),
  marks: z.array(z.enum(REFUSALS)),
  vulnerabilities: z.array(z.string()),
});

const entrySchema = evaluatedSchema.extend({
  /** What goes into a document: `python3Packages.requests`. */
  attribute: z.string(),
  /** Programs in its bin directory, as far as the source says. */
  programs: z.array(z.string()),
});
export type CatalogPackage = z.infer<typeof entrySchema>;

export interface Catalog {
  readonly source: ResolvedSource;
  readonly system: string;
  /** In the order of the attribute names. */
  readonly packages: readonly CatalogPackage[];
}

/** Counts up whenever an entry changes its shape or meaning. */
const FORMAT = 1;

/**
 * Every package of a source, for a search. Evaluated once a revision of the source, and kept under <cache>/catalog.
 * All of nixpkgs is a minute's work and some gigabytes of memory for Nix.
 */
export async function listPackages(request: SourceRequest, context: SourceOpening): Promise<Catalog> {
  const opened = await openSource(request, context);
  const { source, system } = opened;
  return { source, system, packages: await listPackagesOf(opened, request, context) };
}

/** {@link listPackages} of a source that is open. */
export async function listPackagesOf(
  opened: OpenSource,
  request: Pick<SourceRequest, 'importArguments'>,
  context: Pick<SourceOpening, 'cacheDirectory' | 'signal' | 'onEvent'>,
): Promise<readonly CatalogPackage[]> {
  const { source } = opened;
  const file = cacheFile(opened, request, context.cacheDirectory);
  const kept = file === undefined ? undefined : readSealedJson(file, z.array(entrySchema));
  if (kept !== undefined) return kept;

  context.onEvent?.({
    type: 'phase',
    phase: 'catalog',
    text: `Reading all packages of ${source.description}`,
  });
  const packages =
    source.type === 'starter' && isPlain(request)
      ? await fromStarter(context)
      : await fromEvaluation(opened, request);
  if (file !== undefined) await writeSealedJson(file, packages);
  return packages;
}

function isPlain(request: Pick<SourceRequest, 'importArguments'>): boolean {
  return Object.keys(request.importArguments).length === 0;
}

async function fromEvaluation(
  { source, system, run }: OpenSource,
  request: Pick<SourceRequest, 'importArguments'>,
) {
  const entries = await evaluate(
    {
      file: resourcePath('nix', 'catalog.nix'),
      request: { source: source.nix, importArguments: request.importArguments, system },
      schema: z.array(evaluatedSchema),
    },
    run,
  );
  return entries.map((entry) => ({
    ...entry,
    attribute: formatAttribute(entry.attribute),
    programs: entry.mainProgram === null ? [] : [entry.mainProgram],
  }));
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
