import { z } from 'zod';
import { documentSchema } from '../document.ts';
import { procedure } from './errors.ts';
import { plannedWithSchema } from './image-request.ts';
import { registryAccessSchema, remoteImageSchema } from './registry.ts';

/** An image to compare. */
const comparedSchema = z.discriminatedUnion('type', [
  /** A document, an archive, an image directory or a reference, as `strata diff` takes them. */
  z.strictObject({
    type: z.literal('location'),
    location: z.string().min(1),
    /** Of its own: an account of one registry is no business of another. */
    access: registryAccessSchema.prefault({}),
  }),
  /** One that was packed here. */
  z.strictObject({ type: z.literal('image'), image: z.string() }),
  /** What a document comes to with the closure of a build: packed, so that both sides are measured alike. */
  plannedWithSchema.extend({
    type: z.literal('plan'),
    build: z.string(),
    document: documentSchema,
    documentPath: z.string().nullable().default(null),
  }),
]);
export type Compared = z.infer<typeof comparedSchema>;
export type ComparedInput = z.input<typeof comparedSchema>;

const totalsSchema = z.object({
  layers: z.int(),
  sizeBytes: z.number(),
  compressedBytes: z.number(),
  largestLayerBytes: z.number(),
});

const packageVersionSchema = z.object({ name: z.string(), version: z.string(), output: z.string() });

const downloadSchema = z.object({
  layers: z.int(),
  sizeBytes: z.number(),
  compressedBytes: z.number(),
});

export const comparisonSchema = z.object({
  before: remoteImageSchema,
  after: remoteImageSchema,
  diff: z.object({
    before: totalsSchema,
    after: totalsSchema,
    packages: z.object({
      added: z.array(packageVersionSchema),
      removed: z.array(packageVersionSchema),
      changed: z.array(
        z.object({
          name: z.string(),
          output: z.string(),
          before: z.array(z.string()),
          after: z.array(z.string()),
        }),
      ),
      rebuilt: z.array(packageVersionSchema),
    }),
    layers: z.object({
      kept: z.array(z.object({ before: z.int(), after: z.int(), by: z.enum(['blob', 'contents']) })),
      removed: z.array(z.int()),
      added: z.array(z.int()),
    }),
    moved: z.array(z.int()),
    /** Values as JSON text; null where there is none. */
    config: z.array(
      z.object({ member: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
    ),
    download: downloadSchema,
    downloadByChain: downloadSchema,
  }),
});
export type Comparison = z.infer<typeof comparisonSchema>;

export const compareContract = {
  /** Starts a job of kind `compare`. Fails with `untrusted-source` where a document's source is not trusted. */
  start: procedure
    .input(
      z.strictObject({
        before: comparedSchema,
        after: comparedSchema,
      }),
    )
    .output(z.object({ jobId: z.string() })),
};
