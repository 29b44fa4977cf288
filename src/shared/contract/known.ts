import { z } from 'zod';
import { documentSchema, layeringSchema } from '../document.ts';
import { closureMessageSchema } from './builds.ts';
import { documentRefSchema } from './documents.ts';
import { procedure } from './errors.ts';
import { digestSchema } from './images.ts';
import { registryAccessSchema } from './registry.ts';

const existingLayerSchema = z.object({
  paths: z.array(z.string()),
  /** Undefined where the layer is only planned. */
  digest: digestSchema.optional(),
  diffId: digestSchema.optional(),
  compressedBytes: z.number().optional(),
});

/**
 * A known image as it travels: `ExistingImage` or `PlannedImage` of `src/shared/known-images.ts`, with the closure in
 * plain arrays. `readKnownMessage` of `known-message.ts` makes one of it.
 */
const knownImageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('existing'),
    name: z.string(),
    layers: z.array(existingLayerSchema),
    packedElsewhere: z.int(),
  }),
  z.object({
    type: z.literal('planned'),
    name: z.string(),
    closure: closureMessageSchema,
    budget: layeringSchema.shape.budget.unwrap().optional(),
    hints: layeringSchema.pick({ pins: true, keepTogether: true, volatile: true }),
  }),
]);
export type KnownImageMessage = z.infer<typeof knownImageSchema>;

/** What was added at once: an image, or the images of a directory. */
const knownEntrySchema = z.object({
  /** An absolute path or a reference, as `--known` takes it. */
  location: z.string(),
  images: z.array(knownImageSchema),
});
export type KnownEntry = z.infer<typeof knownEntrySchema>;

/** The known images of a document, as they were when they were read. A list never changes: its successor has another id. */
export const knownListSchema = z.object({ list: z.string(), entries: z.array(knownEntrySchema) });
export type KnownList = z.infer<typeof knownListSchema>;

export const knownContract = {
  /** The list of a document; null where nothing was added to it yet. */
  latest: procedure.input(documentRefSchema).output(knownListSchema.nullable()),
  /**
   * Starts a job of kind `known`: reads an image, or those of a directory, and adds it to the document's list. What is
   * in the list already is read again. Fails with `untrusted-source` before a document's source is evaluated.
   */
  add: procedure
    .input(
      z.strictObject({
        ref: documentRefSchema,
        /** A file, a directory or a reference, as `--known` takes it. */
        location: z.string().min(1),
        /** The document's: of an index, the image for it is read. */
        system: documentSchema.shape.system,
        access: registryAccessSchema.prefault({}),
      }),
    )
    .output(z.object({ jobId: z.string() })),
  /** The list without a location. */
  remove: procedure
    .input(z.strictObject({ ref: documentRefSchema, location: z.string() }))
    .output(knownListSchema),
};
