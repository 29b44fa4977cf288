import { z } from 'zod';
import { procedure } from './errors.ts';

const directoryEntrySchema = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['directory', 'file']),
  sizeBytes: z.number(),
  modifiedAt: z.iso.datetime(),
});

const directorySchema = z.object({
  path: z.string(),
  /** null at the top of what may be browsed. */
  parent: z.string().nullable(),
  writable: z.boolean(),
  /** Directories first, then files, each by name. Hidden ones are left out unless asked for. */
  entries: z.array(directoryEntrySchema),
  /** Places to start from. */
  places: z.array(z.object({ title: z.string(), path: z.string() })),
});
export type Directory = z.infer<typeof directorySchema>;

/** The file picker of the browser shell; confined to the home and the working directory of the host. */
export const filesContract = {
  browse: procedure
    .input(
      z.strictObject({
        /** null: where documents were opened or saved last, else the working directory. */
        path: z.string().nullable(),
        hidden: z.boolean().default(false),
        /** Only files whose name ends so, such as `.strata.json`. */
        suffixes: z.array(z.string()).default([]),
      }),
    )
    .output(directorySchema),
  createDirectory: procedure
    .input(z.strictObject({ parent: z.string(), name: z.string().min(1) }))
    .output(directorySchema),
};
