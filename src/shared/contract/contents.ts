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

/** The image that this one is built on. */
const baseSchema = z.object({
  name: z.string(),
  digest: z.string(),
  platform: z.string(),
  layers: z.int(),
  compressedBytes: z.number(),
  /** What it starts with unless the document says otherwise, as words; null where it does not say. */
  command: z.string().nullable(),
  user: z.string().nullable(),
  variables: z.array(z.string()).describe('Names of its environment.'),
});

export const contentsSchema = z.object({
  base: baseSchema.nullable(),
  /** The first of them: parents before children. */
  entries: z.array(entrySchema),
  /** Of all. */
  total: z.int(),
  sizeBytes: z.number(),
  /** Two packages, or one and the base, have different files of one name; one of them is in the image. */
  conflicts: z.array(
    z.object({
      path: z.string(),
      kept: z.string(),
      dropped: z.string(),
      /** A priority of the package that is dropped with which it is kept instead; null where that does not decide. */
      winningPriority: z.int().nullable(),
      text: z.string().describe('As a sentence.'),
    }),
  ),
  /** Files of the document in the way of which something else is: they are shown as if they replaced it. */
  clashes: z.array(z.object({ index: z.int().describe('In `files`.'), path: z.string(), owner: z.string() })),
  /** What of a package is not in the image, and why, as sentences. */
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
