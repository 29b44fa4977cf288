import { z } from 'zod';
import { documentRefSchema } from './documents.ts';
import { procedure } from './errors.ts';
import { imageRequestSchema } from './image-request.ts';
import { digestSchema } from './images.ts';

/** An image that container tools on this machine can pull from here. */
const servedImageSchema = z.object({
  id: z.string(),
  document: documentRefSchema,
  /** `127.0.0.1:PORT/NAME:TAG`. */
  reference: z.string(),
  digest: digestSchema,
  startedAt: z.iso.datetime(),
  /** Times that its manifest was asked for. */
  pulls: z.int(),
});
export type ServedImage = z.infer<typeof servedImageSchema>;

export const servingContract = {
  list: procedure.output(z.array(servedImageSchema)),
  /**
   * Packs what is missing, then serves the image read-only on loopback until it is stopped or the host ends. The image
   * that was served of the same document gives way.
   */
  start: procedure.input(imageRequestSchema).output(servedImageSchema),
  stop: procedure.input(z.strictObject({ id: z.string() })).output(z.void()),
};
