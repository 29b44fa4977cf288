import { z } from 'zod';

/** Which list of known images an image is planned with; null for none. See `known.ts`. */
export const knownListIdSchema = z.string().nullable().default(null);
