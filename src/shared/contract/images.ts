import { z } from 'zod';
import { isDigest } from '../../engine/oci/digest.ts';
import type { Digest } from '../../engine/oci/types.ts';
import { compressionSchema, layeringSchema } from '../document.ts';
import { EXPORT_FORMATS } from '../export-formats.ts';
import { documentRefSchema } from './documents.ts';
import { procedure } from './errors.ts';
import { imageRequestSchema, plannedWithSchema } from './image-request.ts';

const exportFormatSchema = z.enum(EXPORT_FORMATS);

export const digestSchema = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value));

const imageLayerSchema = z.object({
  index: z.int(),
  /** `base`: of the image below; `store`: store paths; `root`: links into the store; `files`: the user's own. */
  kind: z.enum(['base', 'store', 'root', 'files']),
  /** Names of the packages in it, largest first, for a title. */
  packages: z.array(z.string()),
  storePaths: z.array(z.string()),
  /** Of the user's own files: the uppermost of their paths in the image. */
  files: z.array(z.string()).default([]),
  digest: digestSchema,
  diffId: digestSchema,
  mediaType: z.string(),
  /** Bytes of the tar, and of the blob as stored. */
  sizeBytes: z.number(),
  compressedBytes: z.number(),
  /** Taken from the blob store, not packed anew. */
  cached: z.boolean(),
});
export type ImageLayer = z.infer<typeof imageLayerSchema>;

export const imageResultSchema = z.object({
  /** Names the image from now on; kept in the cache directory, so it outlives the host. */
  image: z.string(),
  build: z.string(),
  document: documentRefSchema,
  finishedAt: z.iso.datetime(),
  manifestDigest: digestSchema,
  configDigest: digestSchema,
  layers: z.array(imageLayerSchema),
  /** What the user should know, such as a file that two packages bring. */
  notices: z.array(z.string()),
  /** What known images save, and why those that save nothing do not. */
  sharing: z.array(z.string()).default([]),
  output: z
    .object({
      path: z.string(),
      format: exportFormatSchema,
      sizeBytes: z.number(),
      /** The bill of materials beside it. */
      billPath: z.string().optional(),
    })
    .nullable(),
  /** The engine of this machine that it was put into. */
  into: z
    .object({ engine: z.string(), names: z.array(z.string()), sentBytes: z.number() })
    .nullable()
    .default(null),
});
export type ImageResult = z.infer<typeof imageResultSchema>;

/** A layer that needs no packing. */
const cachedLayerSchema = z.object({
  /** Nodes of the build's graph, ascending. */
  nodes: z.array(z.int()),
  digest: digestSchema,
  sizeBytes: z.number(),
  compressedBytes: z.number(),
});
export type CachedLayer = z.infer<typeof cachedLayerSchema>;

const fileEntrySchema = z.object({
  path: z.string().describe('Absolute, in the image.'),
  name: z.string(),
  kind: z.enum(['file', 'directory', 'symlink', 'hardlink']),
  mode: z.int().describe('Permission bits.'),
  /** Of a directory: of all files below it. */
  sizeBytes: z.number(),
  target: z.string().nullable().describe('Of a link.'),
  /** Index of the layer that it comes from (the topmost one). */
  layer: z.int(),
  /** Entries below a directory, at any depth. */
  descendants: z.int(),
});
export type FileEntry = z.infer<typeof fileEntrySchema>;

const filesInput = {
  image: z.string(),
  /** null: the whole image. */
  layer: z.int().min(0).nullable(),
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(1000).default(200),
};
const filePageSchema = z.object({ entries: z.array(fileEntrySchema), total: z.int() });

export const imagesContract = {
  /**
   * Starts a job of kind `image`: plans, packs what is missing, and writes `output` if there is one. The document's
   * layering, compression and config are used with the closure of `build`.
   */
  start: procedure
    .input(
      imageRequestSchema.extend({
        output: z
          .strictObject({
            path: z.string().min(1),
            format: exportFormatSchema,
            /** Without it an existing file is refused with `conflict`. */
            replace: z.boolean().default(false),
            /** A bill of materials to write beside the image. */
            bill: z.enum(['spdx', 'cyclonedx']).nullable().default(null),
          })
          .nullable(),
        /** An engine of `engines`, in place of a file. */
        into: z.string().nullable().default(null),
      }),
    )
    .output(z.object({ jobId: z.string() })),
  /** Container engines of this machine that answer, each as `into` takes it; none where a window may not use them. */
  engines: procedure.output(z.array(z.object({ engine: z.string(), version: z.string() }))),
  /** The newest image of a document, for "what changed"; null where there is none. */
  latest: procedure.input(documentRefSchema).output(imageResultSchema.nullable()),
  get: procedure.input(z.strictObject({ image: z.string() })).output(imageResultSchema),
  /**
   * Of the layers that this layering comes to at any budget, those in the blob store: they need no packing. Where images
   * are planned along, at its budget.
   */
  cachedLayers: procedure
    .input(
      plannedWithSchema.extend({
        build: z.string(),
        layering: layeringSchema,
        compression: compressionSchema,
      }),
    )
    .output(z.array(cachedLayerSchema)),
  /** The manifest and the config as they are in the image, as JSON values. */
  raw: procedure
    .input(z.strictObject({ image: z.string() }))
    .output(z.object({ manifest: z.json(), config: z.json() })),
  /** The entries of a directory, by name. */
  files: procedure.input(z.strictObject({ ...filesInput, directory: z.string() })).output(filePageSchema),
  /** Where the bytes of the files go; reads every layer the first time. */
  waste: procedure.input(z.strictObject({ image: z.string() })).output(
    z.object({
      shippedBytes: z.number().describe('Contents of all files of all layers.'),
      supersededBytes: z.number().describe('Of those: replaced or removed by a layer above.'),
      duplicateBytes: z.number().describe('Of those: copies beyond the first.'),
      efficiency: z.number().describe('The useful part, from 0 to 1.'),
    }),
  ),
  /** Entries whose path contains every word of the query. `total` is counted up to 10,000. */
  searchFiles: procedure
    .input(z.strictObject({ ...filesInput, query: z.string().min(1).max(200) }))
    .output(filePageSchema),
};
