import { z } from 'zod';
import { documentSchema } from '../document.ts';
import { documentRefSchema } from './documents.ts';

/** What an image is planned with beside its document, as the host keeps it. */
export const plannedWithSchema = z.strictObject({
  /** The list of known images, of `known.ts`; null for none. */
  known: z.string().nullable().default(null),
  /** The counts, of `popularity.ts`; null for those of the package source. */
  popularity: z.string().nullable().default(null),
});
export type PlannedWith = z.infer<typeof plannedWithSchema>;

/** The image of a document: that of its last build, planned and packed as the document says now. */
export const imageRequestSchema = plannedWithSchema.extend({
  ref: documentRefSchema,
  build: z.string(),
  document: documentSchema,
});
export type MakeImageRequest = z.infer<typeof imageRequestSchema>;
