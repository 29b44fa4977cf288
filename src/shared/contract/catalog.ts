import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { failureSchema, procedure } from './errors.ts';
import { sourceSelectionSchema } from './sources.ts';

export const MARKS = ['unfree', 'broken', 'insecure', 'unsupported'] as const;

export const catalogEntrySchema = z.object({
  attribute: z.string().describe('What goes into a document, such as python3Packages.requests.'),
  name: z.string(),
  version: z.string(),
  description: z.string(),
  marks: z.array(z.enum(MARKS)),
  /** Packages of the source that depend on it, directly or not; null where it was not counted. */
  popularity: z.number().nullable(),
  /** A set to open with `browse` rather than a package. */
  isSet: z.boolean(),
  /** A program that the query matched, where that is why it was found. */
  matchedProgram: z.string().nullable(),
});
export type CatalogEntry = z.infer<typeof catalogEntrySchema>;

export const packageDetailsSchema = catalogEntrySchema.extend({
  outputs: z.array(z.string()).describe('Choose one as ATTRIBUTE.OUTPUT.'),
  licences: z.array(z.string()),
  homepage: z.string().nullable(),
  programs: z.array(z.string()),
  mainProgram: z.string().nullable(),
  /** Other attributes that hold another version of the same package. */
  versions: z.array(z.object({ attribute: z.string(), version: z.string() })),
  /** What nixpkgs says about a broken or insecure package. */
  notices: z.array(z.string()),
});
export type PackageDetails = z.infer<typeof packageDetailsSchema>;

export const leftOutSchema = z.object({
  attribute: z.string(),
  reason: z.string().describe('One line of what Nix says.'),
  /** By `throw` or `assert`: the set says itself that it cannot be had, as nixpkgs does of what was removed. */
  isThrown: z.boolean(),
});
/** An attribute that cannot be evaluated. */
export type LeftOut = z.infer<typeof leftOutSchema>;

const catalogStatusSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('absent') }),
  z.object({
    state: z.literal('building'),
    jobId: z.string(),
    phase: z.string(),
    done: z.number(),
    total: z.number().nullable(),
  }),
  z.object({
    state: z.literal('ready'),
    revision: z.string(),
    entries: z.int(),
    builtAt: z.iso.datetime(),
    /** Attributes that cannot be evaluated: `leftOut` names them. */
    leftOut: z.int(),
  }),
  z.object({ state: z.literal('failed'), failure: failureSchema }),
]);
export type CatalogStatus = z.infer<typeof catalogStatusSchema>;

/** The closure of a package, or why it is not known. */
const packageClosureSchema = z.discriminatedUnion('known', [
  z.object({
    known: z.literal(true),
    attribute: z.string(),
    /** Places in the table of paths. */
    closure: z.array(z.int()),
    from: z.string().describe('`store`, or the substituter that answered.'),
  }),
  z.object({ known: z.literal(false), attribute: z.string(), reason: z.string() }),
]);

/** Closures of packages over one table of store paths: packages that share a path share its row. */
const packageClosuresSchema = z.object({
  paths: z.array(
    z.object({
      path: z.string(),
      narBytes: z.number(),
      /** Compressed bytes to fetch before it can be packed; 0 where the local store has it, null where nobody says. */
      downloadBytes: z.number().nullable(),
    }),
  ),
  packages: z.array(packageClosureSchema),
});
export type PackageClosuresMessage = z.infer<typeof packageClosuresSchema>;

const pageSchema = { offset: z.int().min(0).default(0), limit: z.int().min(1).max(500).default(50) };

const catalogPageSchema = z.object({
  revision: z.string(),
  entries: z.array(catalogEntrySchema),
  /** Matches in all, counted up to 1,000. */
  total: z.int(),
});
export type CatalogPage = z.infer<typeof catalogPageSchema>;

export const lookupSchema = z.object({
  name: z.string().describe('As asked for, output included.'),
  entry: catalogEntrySchema.nullable(),
  output: z.string().nullable(),
  /** Where there is no entry: the nearest attributes, best first. */
  nearest: z.array(z.string()),
});

export const catalogContract = {
  /** The state now, then every change. Does not start anything. */
  watch: procedure.input(sourceSelectionSchema).output(eventIterator(catalogStatusSchema)),
  /** Starts a job that builds the catalog unless there is one for this revision; null where it is ready. */
  prepare: procedure
    .input(sourceSelectionSchema.extend({ rebuild: z.boolean().default(false) }))
    .output(z.object({ jobId: z.string().nullable() })),
  /** An empty query gives the most popular packages. */
  search: procedure
    .input(sourceSelectionSchema.extend({ query: z.string().max(200), ...pageSchema }))
    .output(catalogPageSchema),
  /** The members of a nested set; '' is the top level. */
  browse: procedure
    .input(sourceSelectionSchema.extend({ set: z.string(), ...pageSchema }))
    .output(catalogPageSchema),
  /** Attributes that cannot be evaluated: what is broken first, then what throws. */
  leftOut: procedure
    .input(sourceSelectionSchema.extend({ ...pageSchema }))
    .output(z.object({ total: z.int(), entries: z.array(leftOutSchema) })),
  details: procedure
    .input(sourceSelectionSchema.extend({ attribute: z.string() }))
    .output(packageDetailsSchema),
  /** Which of these names (as in a document's `packages`) there are, in the order asked for. */
  lookup: procedure
    .input(sourceSelectionSchema.extend({ names: z.array(z.string()).max(1000) }))
    .output(z.array(lookupSchema)),
  /**
   * What each package brings along, without building: from the local store, else from substituters. Answers for
   * `names`, then for `defaults`: those are packages of every image, left out where the source does not have them.
   * Evaluates: needs a trusted source.
   */
  closures: procedure
    .input(
      sourceSelectionSchema.extend({
        names: z.array(z.string()).max(100),
        defaults: z.array(z.string()).max(10).default([]),
      }),
    )
    .output(packageClosuresSchema),
};
