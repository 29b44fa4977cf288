import { z } from 'zod';
import { resourcePath } from '../files/paths.ts';
import { evaluate } from './instantiate.ts';
import { licenceSchema, REFUSALS } from './package-facts.ts';
import type { RequestedPackage } from './package-names.ts';
import type { NixRunContext } from './run.ts';
import type { NixSource } from './source/resolved-source.ts';

export const metaSchema = z.object({
  description: z.string().nullable(),
  homepage: z.string().nullable(),
  licences: z.array(licenceSchema),
  mainProgram: z.string().nullable(),
  longDescription: z.string().nullable(),
  /** Systems, as far as the package names them in full. */
  platforms: z.array(z.string()),
});
export type PackageMeta = z.infer<typeof metaSchema>;

const foundSchema = z.object({
  type: z.literal('package'),
  optional: z.boolean(),
  attribute: z.array(z.string()),
  /** Store path of the derivation that makes it. */
  derivation: z.string(),
  name: z.string(),
  pname: z.string(),
  version: z.string(),
  outputs: z.array(z.object({ output: z.string(), path: z.string() })),
  allOutputs: z.array(z.string()),
  priority: z.number(),
  meta: metaSchema,
});
export type FoundPackage = z.infer<typeof foundSchema>;

const problem = { type: z.literal('problem'), optional: z.boolean(), attribute: z.array(z.string()) };
const problemSchema = z.discriminatedUnion('problem', [
  z.object({ ...problem, problem: z.literal('unknown'), missing: z.string() }),
  z.object({ ...problem, problem: z.literal('not-a-set') }),
  z.object({ ...problem, problem: z.literal('not-a-package'), kind: z.string() }),
  z.object({ ...problem, problem: z.literal('throws') }),
  z.object({
    ...problem,
    problem: z.literal('refused'),
    name: z.string(),
    reasons: z.array(z.enum(REFUSALS)),
    licences: z.array(z.string()),
    vulnerabilities: z.array(z.string()),
  }),
]);
export type LookupProblem = z.infer<typeof problemSchema>;

const answerSchema = z.object({
  results: z.array(z.union([foundSchema, problemSchema])),
  levels: z.array(
    z.object({ attribute: z.array(z.string()), isPackage: z.boolean(), names: z.array(z.string()) }),
  ),
  nested: z.record(z.string(), z.array(z.array(z.string()))),
  graph: z.string().nullable(),
  /** Whether the graph is built with /bin/sh although builders do not find it. */
  needsShell: z.boolean(),
});
export type LookupAnswer = z.infer<typeof answerSchema>;

export interface Lookup {
  readonly source: NixSource;
  readonly importArguments: Readonly<Record<string, unknown>>;
  readonly system: string;
  readonly packages: readonly RequestedPackage[];
  /** Whether builders find /bin/sh, also in the sandbox. */
  readonly hasShell: boolean;
}

/** Evaluates nix/prepare-image.nix: what every name is, and the derivation of the runtime graph if all is well. */
export function lookUp(lookup: Lookup, context: NixRunContext): Promise<LookupAnswer> {
  const { source, importArguments, system, packages, hasShell } = lookup;
  return evaluate(
    {
      file: resourcePath('nix', 'prepare-image.nix'),
      request: {
        source,
        importArguments,
        system,
        hasShell,
        packages: packages.map(({ segments, optional }) => ({ segments, optional })),
      },
      schema: answerSchema,
      instantiate: true,
    },
    context,
  );
}
