import { z } from 'zod';
import { documentSchema } from '../document.ts';
import { documentRefSchema } from './documents.ts';

/** Which list of known images an image is planned with; null for none. See `known.ts`. */
export const knownListIdSchema = z.string().nullable().default(null);

/** The image of a document: that of its last build, planned and packed as the document says now. */
export const imageRequestSchema = z.strictObject({
  ref: documentRefSchema,
  build: z.string(),
  document: documentSchema,
  known: knownListIdSchema,
});
