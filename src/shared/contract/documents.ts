import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { documentSchema } from '../document.ts';
import { PRESET_IDS } from '../image-presets.ts';
import { NIX_EXPRESSIONS } from '../nix-expression.ts';
import { failureSchema, procedure } from './errors.ts';
import { sourceDescriptionSchema } from './sources.ts';

/**
 * A window makes a draft id (`crypto.randomUUID()`) for each document that it opens and keeps it in sessionStorage:
 * with it a reload finds its unsaved work, its jobs and its last build again.
 */
export const draftIdSchema = z.uuid();

/** Which document: by draft while it is unsaved, by path once it has one. */
export const documentRefSchema = z.strictObject({ draft: draftIdSchema, path: z.string().nullable() });
export type DocumentRef = z.infer<typeof documentRefSchema>;

const openedDocumentSchema = z.object({
  path: z.string().nullable().describe('Absolute; null for a document that is not a file here.'),
  document: documentSchema,
  /** Of the file as it was read: save with it, and a change made elsewhere in the meantime is not overwritten. */
  fingerprint: z.string().nullable(),
  /** Nothing of the document may be evaluated while `source.trusted` is false. */
  source: sourceDescriptionSchema,
  /** Newer unsaved work on this file that a crash left behind. */
  recovery: z
    .object({ draft: draftIdSchema, document: documentSchema, savedAt: z.iso.datetime() })
    .nullable(),
});
export type OpenedDocument = z.infer<typeof openedDocumentSchema>;

const recentDocumentSchema = z.object({
  path: z.string(),
  name: z.string().describe('File name without .strata.json.'),
  directory: z.string(),
  openedAt: z.iso.datetime(),
  exists: z.boolean(),
});
export type RecentDocument = z.infer<typeof recentDocumentSchema>;

const draftSchema = z.object({
  draft: draftIdSchema,
  path: z.string().nullable(),
  document: documentSchema,
  savedAt: z.iso.datetime(),
  /** Fingerprint of the file on which the unsaved work stands; null for an unsaved document. */
  fingerprint: z.string().nullable(),
});
export type Draft = z.infer<typeof draftSchema>;

const pathInput = z.strictObject({ path: z.string().min(1) });
const draftInput = z.strictObject({ draft: draftIdSchema });

export const documentsContract = {
  /** A new, empty document. */
  blank: procedure.output(openedDocumentSchema),
  /** An image of a kind that people ship, to begin with. */
  preset: procedure.input(z.strictObject({ id: z.enum(PRESET_IDS) })).output(openedDocumentSchema),
  /** The example that the first run opens. */
  example: procedure.output(openedDocumentSchema),
  /** Reads a file; adds it to the recent ones. Refuses unknown fields by name and newer versions. */
  open: procedure.input(pathInput).output(openedDocumentSchema),
  /** The same for a text that was dropped or pasted. `name` appears in error messages. */
  parse: procedure
    .input(z.strictObject({ text: z.string().max(4_000_000), name: z.string() }))
    .output(openedDocumentSchema),
  /**
   * Writes whole or not at all. `fingerprint` is that of the file as this window knows it: null for a file that is
   * not expected to exist. Fails with `conflict` where the file is another by now, unless `replace`.
   */
  save: procedure
    .input(
      z.strictObject({
        draft: draftIdSchema,
        path: z.string().min(1),
        document: documentSchema,
        fingerprint: z.string().nullable(),
        replace: z.boolean().default(false),
      }),
    )
    .output(z.object({ path: z.string(), fingerprint: z.string() })),
  /** The text that `save` would write, for a download or the clipboard. */
  text: procedure
    .input(z.strictObject({ document: documentSchema }))
    .output(z.object({ text: z.string(), fileName: z.string() })),
  /** An expression that makes an image with the same root without Strata. `path` is the document's, beside its lock. */
  nixExpression: procedure
    .input(
      z.strictObject({
        document: documentSchema,
        path: z.string().nullable(),
        kind: z.enum(NIX_EXPRESSIONS),
      }),
    )
    .output(z.object({ text: z.string() })),
  recent: procedure.output(z.array(recentDocumentSchema)),
  /** The recent documents now, then again after every change by any window. */
  watchRecent: procedure.output(eventIterator(z.array(recentDocumentSchema))),
  forgetRecent: procedure
    .input(z.strictObject({ path: z.string().nullable().describe('null forgets all of them.') }))
    .output(z.void()),
  /** Keeps unsaved work for recovery. Call it a moment after each change. */
  autosave: procedure
    .input(
      z.strictObject({
        draft: draftIdSchema,
        path: z.string().nullable(),
        document: documentSchema,
        fingerprint: z.string().nullable(),
      }),
    )
    .output(z.object({ savedAt: z.iso.datetime() })),
  /** The unsaved work of a draft, for a window that was reloaded; null where it was saved or discarded. */
  draft: procedure.input(draftInput).output(draftSchema.nullable()),
  /** Unsaved work that no window is connected to. */
  recoverable: procedure.output(
    z.array(z.union([draftSchema, z.object({ draft: draftIdSchema, failure: failureSchema })])),
  ),
  discardDraft: procedure.input(draftInput).output(z.void()),
};
