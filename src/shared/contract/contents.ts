import { z } from 'zod';
import { rootDocumentSchema } from '../document.ts';
import { documentRefSchema } from './documents.ts';

export const contentsRequestSchema = z.strictObject({
  ref: documentRefSchema,
  build: z.string(),
  document: rootDocumentSchema,
});
export type ContentsRequest = z.infer<typeof contentsRequestSchema>;

const originSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('package'), name: z.string() }),
  /** The document; the place in it is such as `files[0]`. */
  z.object({ type: z.literal('own'), place: z.string() }),
  z.object({ type: z.literal('base') }),
  /** Every image has it. */
  z.object({ type: z.literal('default') }),
]);

const entrySchema = z.object({
  path: z.string(),
  type: z.enum(['file', 'directory', 'link']),
  /** Permission bits. */
  mode: z.int(),
  owner: z.object({
    uid: z.int(),
    gid: z.int(),
    user: z.string().nullable(),
    group: z.string().nullable(),
  }),
  sizeBytes: z.number(),
  /** Where a link leads. */
  target: z.string().nullable(),
  origin: originSchema,
});
export type RootEntry = z.infer<typeof entrySchema>;

export const contentsSchema = z.object({
  /** The first of them: parents before children. */
  entries: z.array(entrySchema),
  /** Of all. */
  total: z.int(),
  sizeBytes: z.number(),
  /** Two packages have different files of one name; one of them is in the image. As sentences, like the next two. */
  conflicts: z.array(z.string()),
  /** What of a package is not in the image, and why. */
  omissions: z.array(z.string()),
  notices: z.array(z.string()),
  users: z.array(
    z.object({
      name: z.string(),
      uid: z.number().nullable(),
      gid: z.number().nullable(),
      home: z.string(),
      shell: z.string(),
    }),
  ),
  groups: z.array(z.object({ name: z.string(), gid: z.number().nullable(), members: z.array(z.string()) })),
});
export type Contents = z.infer<typeof contentsSchema>;
