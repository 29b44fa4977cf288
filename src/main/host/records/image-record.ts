import { z } from 'zod';
import { imageResultSchema } from '../../../shared/contract/images.ts';

/** An image that was assembled, with its documents as they are in it. */
export const imageRecordSchema = z.object({
  result: imageResultSchema,
  manifest: z.json(),
  config: z.json(),
});
export type ImageRecord = z.infer<typeof imageRecordSchema>;
