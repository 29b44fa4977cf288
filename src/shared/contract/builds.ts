import { z } from 'zod';
import { documentSchema, packageSourceSchema, selectionSchema } from '../document.ts';
import { contentsRequestSchema, contentsSchema } from './contents.ts';
import { documentRefSchema } from './documents.ts';
import { procedure } from './errors.ts';

const builtPackageSchema = z.object({
  /** As the document names it; null for one that was added by default, such as cacert. */
  asked: z.string().nullable(),
  attribute: z.string(),
  name: z.string(),
  version: z.string(),
  /** Store paths of the chosen outputs: roots of the closure graph. */
  storePaths: z.array(z.string()),
});

const usedSource = {
  /** Never `auto`. */
  source: packageSourceSchema,
  /** Such as "nixpkgs, channel nixos-25.11", and why it is that one. */
  sourceDescription: z.string(),
  sourceReason: z.string(),
  revision: z.string().nullable(),
};

export const buildResultSchema = z.object({
  /** Names the build from now on; kept in the cache directory, so it outlives the host. */
  build: z.string(),
  document: documentRefSchema,
  selection: selectionSchema,
  /** The first that packages are of: the one without a name, if it is of use. */
  ...usedSource,
  /** All that packages are of; null names the one without a name. */
  sources: z.array(z.object({ name: z.string().nullable(), ...usedSource })).default([]),
  system: z.string(),
  finishedAt: z.iso.datetime(),
  packages: z.array(builtPackageSchema),
  /** What the user should know, such as a name whose case was repaired. */
  notices: z.array(z.string()),
  storePaths: z.int(),
  closureBytes: z.number(),
  /** Derivations that had to be built, and paths that were downloaded. */
  built: z.int(),
  downloaded: z.int(),
});
export type BuildResult = z.infer<typeof buildResultSchema>;

/**
 * A closure graph as it travels: plain arrays, in the node order of `ClosureGraph`. `readClosureMessage` of
 * `graph-message.ts` makes the engine's typed arrays of it.
 */
export const closureMessageSchema = z.object({
  paths: z.array(z.string()),
  narSizes: z.array(z.number()),
  closureSizes: z.array(z.number()),
  narHashes: z.array(z.string()),
  /** Row starts into `references`, one more than there are paths. */
  offsets: z.array(z.int()),
  references: z.array(z.int()),
  /** Of records that are older than this: none. */
  selfReferences: z.array(z.int()).default([]),
  roots: z.array(z.int()),
});
export type ClosureMessage = z.infer<typeof closureMessageSchema>;

/** The closure graph of a build. */
export const graphMessageSchema = closureMessageSchema.extend({
  build: z.string(),
  /** By store path name, for what this graph is planned with only; a name that is missing counts 1. */
  popularity: z.record(z.string(), z.number()),
  /** Of all that the package sources count. Of records that are older than this: none. */
  popularityScale: z
    .object({ highest: z.number(), steps: z.array(z.tuple([z.number(), z.number()])) })
    .optional(),
});
export type GraphMessage = z.infer<typeof graphMessageSchema>;

const buildInput = z.strictObject({ build: z.string() });

export const buildsContract = {
  /** Starts a job of kind `build`. Fails with `untrusted-source` before anything is evaluated. */
  start: procedure
    .input(z.strictObject({ ref: documentRefSchema, document: documentSchema }))
    .output(z.object({ jobId: z.string() })),
  /** The newest finished build of a document; null where there is none. */
  latest: procedure.input(documentRefSchema).output(buildResultSchema.nullable()),
  /** Fails with `not-found` where the cache was pruned. */
  get: procedure.input(buildInput).output(buildResultSchema),
  graph: procedure.input(buildInput).output(graphMessageSchema),
  /** The root file system of the image that a build and a document make. Fails with `not-found` as `get` does. */
  contents: procedure.input(contentsRequestSchema).output(contentsSchema),
};
