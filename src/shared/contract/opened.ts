import { z } from 'zod';
import { procedure } from './errors.ts';
import { digestSchema } from './images.ts';
import { registryAccessSchema } from './registry.ts';

/** A layer of an image of any builder. */
const openedLayerSchema = z.object({
  index: z.int(),
  digest: digestSchema,
  diffId: digestSchema,
  mediaType: z.string(),
  /** Bytes of the blob, and of the archive in it. */
  compressedBytes: z.number(),
  sizeBytes: z.number(),
  entries: z.int(),
  /** What made it, in the words of its builder. */
  history: z.string().nullable(),
  storePaths: z.array(z.object({ path: z.string(), files: z.int(), sizeBytes: z.number() })),
  /** Paths that it takes away from the layers below. */
  whiteouts: z.array(z.string()),
  whiteoutCount: z.int(),
});
export type OpenedLayer = z.infer<typeof openedLayerSchema>;

export const openedImageSchema = z.object({
  /** Names it for `images.files` and `images.searchFiles` as long as the host keeps it. */
  image: z.string(),
  name: z.string(),
  digest: digestSchema,
  mediaType: z.string(),
  platform: z.object({ architecture: z.string(), os: z.string(), variant: z.string().optional() }),
  config: z.json(),
  layers: z.array(openedLayerSchema),
  waste: z.object({
    shippedBytes: z.number(),
    usefulBytes: z.number(),
    supersededBytes: z.number(),
    duplicateBytes: z.number(),
    /** 0 to 1. */
    efficiency: z.number(),
    /** The largest ones, and how many there are. */
    superseded: z.array(
      z.object({
        path: z.string(),
        sizeBytes: z.number(),
        layer: z.int(),
        byLayer: z.int(),
        how: z.enum(['replaced', 'removed']),
      }),
    ),
    supersededCount: z.int(),
    duplicates: z.array(
      z.object({ contentDigest: z.string(), sizeBytes: z.number(), paths: z.array(z.string()) }),
    ),
    duplicateCount: z.int(),
  }),
  /** As dive counts it, 0 to 1. */
  diveEfficiency: z.number(),
  notices: z.array(z.string()),
});
export type OpenedImage = z.infer<typeof openedImageSchema>;

export const openedContract = {
  /** Starts a job of kind `inspect`: reads an archive, an image directory or a reference from end to end. */
  start: procedure
    .input(z.strictObject({ location: z.string().min(1), access: registryAccessSchema.prefault({}) }))
    .output(z.object({ jobId: z.string() })),
};
