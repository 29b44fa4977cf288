import { z } from 'zod';
import { procedure } from './errors.ts';
import { imageRequestSchema } from './image-request.ts';
import { digestSchema } from './images.ts';

/** An image that container tools on this machine can pull from here. */
export const servedImageSchema = z.object({
  /** `127.0.0.1:PORT/NAME:TAG`. */
  reference: z.string(),
  digest: digestSchema,
  /** Times that its manifest was asked for. */
  pulls: z.int(),
});
export type ServedImage = z.infer<typeof servedImageSchema>;

export const servingContract = {
  /**
   * Starts a job that packs what is missing, then serves the image read-only on loopback until it is cancelled or the
   * host ends. The image that was served of the same document gives way.
   */
  start: procedure.input(imageRequestSchema).output(z.object({ jobId: z.string() })),
};
