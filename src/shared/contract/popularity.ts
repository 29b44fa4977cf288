import { z } from 'zod';
import { documentRefSchema } from './documents.ts';
import { procedure } from './errors.ts';

/** Popularity counts that a document is planned with, as they were when their file was read; they never change. */
export const popularityCountsSchema = z.object({
  id: z.string(),
  /** The file, as `--pop` takes it. */
  location: z.string(),
  /** By store path name; a name that is missing counts 1. */
  counts: z.record(z.string(), z.number()),
});
export type PopularityCounts = z.infer<typeof popularityCountsSchema>;

export const popularityContract = {
  /** The counts chosen for a document; null where those of its package source count. */
  latest: procedure.input(documentRefSchema).output(popularityCountsSchema.nullable()),
  /** Reads counts from a file and takes them for a document, in place of those that were chosen before. */
  choose: procedure
    .input(z.strictObject({ ref: documentRefSchema, path: z.string().min(1) }))
    .output(popularityCountsSchema),
  /** From now on those of the package source count again. */
  forget: procedure.input(documentRefSchema).output(z.void()),
};
