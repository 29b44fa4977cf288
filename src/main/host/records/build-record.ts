import { z } from 'zod';
import { type BuildResult, buildResultSchema, graphMessageSchema } from '../../../shared/contract/builds.ts';
import { readGraphMessage } from '../../../shared/contract/graph-message.ts';
import { metaSchema } from '../../nix/lookup.ts';
import type { PackableClosure } from '../../verbs/pack.ts';

/** A finished build with everything that an image is made of, apart from the store paths themselves. */
export const buildRecordSchema = z.object({
  result: buildResultSchema,
  graph: graphMessageSchema,
  platform: z.object({ architecture: z.string(), os: z.string(), variant: z.string().optional() }),
  /** Below which directory the store paths lie on disk; '' where they lie where they say. */
  storeRoot: z.string().default(''),
  /** Outputs whose files appear in the image's root, in order of precedence. */
  outputs: z.array(
    z.object({
      // Records of before there were several have the one without a name.
      source: z.string().nullable().default(null),
      attribute: z.string(),
      output: z.string(),
      storePath: z.string(),
      // Records of before it was kept have the usual one.
      priority: z.number().default(5),
    }),
  ),
  /** What the package source says of them, for a bill of materials. */
  described: z
    .array(
      z.object({
        storePath: z.string(),
        pname: z.string(),
        version: z.string(),
        output: z.string(),
        meta: metaSchema,
      }),
    )
    .default([]),
});
export type BuildRecord = z.infer<typeof buildRecordSchema>;

const UNDESCRIBED = {
  pname: '',
  version: '',
  meta: {
    description: null,
    homepage: null,
    licences: [],
    mainProgram: null,
    longDescription: null,
    platforms: [],
  },
};

/** Records of before there were several name one, beside their list. */
function sourcesOf(result: BuildResult): BuildResult['sources'] {
  return result.sources.length > 0 ? result.sources : [{ ...result, name: null }];
}

/** What an image is made of. Records of before it was kept say nothing of their packages. */
export function closureOf({
  result,
  graph,
  platform,
  storeRoot,
  outputs,
  described,
}: BuildRecord): PackableClosure {
  const { architecture, os, variant } = platform;
  const descriptions = new Map(described.map((each) => [each.storePath, each]));
  return {
    ...readGraphMessage(graph),
    platform: { architecture, os, ...(variant === undefined ? {} : { variant }) },
    storeRoot,
    sources: sourcesOf(result).map(({ name, source: pinned, revision }) => ({
      name,
      source: { pinned, revision },
    })),
    packages: outputs.map((output) => ({
      ...UNDESCRIBED,
      ...descriptions.get(output.storePath),
      ...output,
    })),
  };
}
