import { z } from 'zod';
import { BILL_FORMATS } from '../../engine/sbom/bill.ts';
import { procedure } from './errors.ts';
import { imageRequestSchema } from './image-request.ts';
import { digestSchema } from './images.ts';

/** How a registry is reached. Credentials are for one request: they are never stored, logged or given back. */
export const registryAccessSchema = z.strictObject({
  /** Allows plain HTTP and certificates that nobody vouches for; a registry on this machine needs no leave. */
  insecure: z.boolean().default(false),
  /** A PEM file of authorities to trust besides the machine's own. */
  caFile: z.string().nullable().default(null),
  /** null: those of the container tools on this machine, else none. */
  credentials: z
    .strictObject({ username: z.string().min(1), password: z.string() })
    .nullable()
    .default(null),
});
export type RegistryAccessInput = z.infer<typeof registryAccessSchema>;

const billFormatSchema = z.enum(BILL_FORMATS);

/** A blob on its way to a registry. */
export const blobProgressSchema = z.object({
  digest: digestSchema,
  title: z.string(),
  /** `present`: the repository has it; `mounted`: another repository of the registry gave it. */
  state: z.enum(['waiting', 'checking', 'moving', 'present', 'mounted', 'moved']),
  sizeBytes: z.number(),
  doneBytes: z.number(),
  /** Mean over the last seconds, 0 before there is one. */
  bytesPerSecond: z.number(),
});
export type BlobUpload = z.infer<typeof blobProgressSchema>;

export const pushResultSchema = z.object({
  /** As it was asked for. */
  reference: z.string(),
  /** With the digest: this very image, whatever becomes of the tag. */
  pinned: z.string(),
  digest: digestSchema,
  /** Bytes that went over the network. */
  movedBytes: z.number(),
  movedBlobs: z.int(),
  blobs: z.int(),
  /** False where the registry had the very same image under this name already. */
  changed: z.boolean(),
  /** What was attached to the image. */
  bill: billFormatSchema.nullable(),
});
export type PushResult = z.infer<typeof pushResultSchema>;

const remoteLayerSchema = z.object({
  digest: digestSchema,
  diffId: digestSchema,
  /** Ascending; none in a layer that holds something else. */
  storePaths: z.array(z.string()),
  sizeBytes: z.number(),
  compressedBytes: z.number(),
});
export type RemoteLayer = z.infer<typeof remoteLayerSchema>;

const platformSchema = z.object({
  architecture: z.string(),
  os: z.string(),
  variant: z.string().optional(),
});

/** An image as far as it can be compared with another: the engine's `ImageSummary`. */
export const remoteImageSchema = z.object({
  name: z.string(),
  platform: platformSchema,
  config: z.record(z.string(), z.json()),
  layers: z.array(remoteLayerSchema),
});
export type RemoteImage = z.infer<typeof remoteImageSchema>;

/** A certificate authority as a person knows it. */
const authoritySchema = z.object({ name: z.string(), expiresAt: z.iso.datetime() });
export type Authority = z.infer<typeof authoritySchema>;

export const registryContract = {
  /** The authorities in a file, before anything relies on it. Fails with `file-system` where it holds none. */
  authorities: procedure
    .input(z.strictObject({ caFile: z.string().min(1) }))
    .output(z.array(authoritySchema).min(1)),
  /** Starts a job of kind `push`: packs what is missing and uploads what the registry lacks. */
  push: procedure
    .input(
      imageRequestSchema.extend({
        reference: z.string().min(1),
        access: registryAccessSchema.prefault({}),
        /** To attach to the image as a referrer. */
        bill: billFormatSchema.nullable().default(null),
      }),
    )
    .output(z.object({ jobId: z.string() })),
  /**
   * What is at a reference now; null where there is nothing. Layers that were never seen here are read from end to end,
   * so it may take a while: abort the call to stop.
   */
  summary: procedure
    .input(z.strictObject({ reference: z.string().min(1), access: registryAccessSchema.prefault({}) }))
    .output(remoteImageSchema.nullable()),
};
