import { z } from 'zod';
import { documentSchema, packageSourceSchema } from '../document.ts';
import { namedSourcesSchema } from '../package-sources.ts';
import { failureSchema, procedure } from './errors.ts';

/** Which packages: what catalog and cost procedures need of a document. */
export const sourceSelectionSchema = z.strictObject({
  source: packageSourceSchema,
  importArguments: z.record(z.string(), z.json()).default({}),
  /** Those with a name, which are trusted together with it. */
  sources: namedSourcesSchema.optional(),
  system: z.string().optional(),
  /** Where the document is saved: a relative `path` source is taken from its directory. */
  documentPath: z.string().nullable().default(null),
});
export type SourceSelection = z.infer<typeof sourceSelectionSchema>;

/** A source as it is shown to the user before anything of it is evaluated. */
export const sourceDescriptionSchema = z.object({
  /** The source that will be used: a `path` is absolute, and `auto` is what it came out as, once that is known. */
  source: packageSourceSchema,
  /** What trust is remembered by: stable, readable, one line. */
  identity: z.string(),
  title: z.string().describe('Such as "nixpkgs, channel nixos-25.11".'),
  /** Where the Nix code comes from: a URL, a path, or a sentence for a built-in set. */
  location: z.string(),
  /** Commit, channel or fingerprint, as far as it is known without evaluating; else null. */
  revision: z.string().nullable(),
  /** Why `auto` came out as it did; null for any other source. */
  reason: z.string().nullable(),
  /** Built-in sets and the official nixpkgs are trusted from the start. */
  trusted: z.boolean(),
  trustedAt: z.iso.datetime().nullable(),
  /** Why it could not be used when it was tried last; null where nothing is known against it. */
  unavailable: failureSchema.nullable(),
});
export type SourceDescription = z.infer<typeof sourceDescriptionSchema>;

const trustedSourceSchema = z.object({
  identity: z.string(),
  title: z.string(),
  trustedAt: z.iso.datetime(),
});

const lockInput = z.strictObject({
  path: z.string().min(1).describe('Absolute, of the document: its lock is beside it.'),
  document: documentSchema,
});

const lockStatusSchema = z.object({
  file: z.string(),
  /** The source without a name has null; it is missing where it is of no use. */
  sources: z.array(
    z.object({
      name: z.string().nullable(),
      /** In the notation of the command line. */
      asked: z.string(),
      /** `changed`: the document has another by now. */
      fit: z.enum(['fits', 'missing', 'changed']),
      /** Commit, version or hash; null where nothing is locked. */
      locked: z.string().nullable(),
    }),
  ),
});
export type LockStatus = z.infer<typeof lockStatusSchema>;

const lockWrittenSchema = z.object({
  status: lockStatusSchema,
  /** What is locked at another state than before; null where nothing was, or nothing is any more. */
  moved: z.array(
    z.object({ name: z.string().nullable(), before: z.string().nullable(), after: z.string().nullable() }),
  ),
  notices: z.array(z.string()),
});
export type LockWritten = z.infer<typeof lockWrittenSchema>;

export const sourcesContract = {
  /** What the lock of a document says, without asking any source; null where it has none. */
  lock: procedure.input(lockInput).output(lockStatusSchema.nullable()),
  /**
   * Writes what the sources are now into the lock. `update` names those that are locked anew, `source` the one without a name,
   * null all of them. Fails with `untrusted-source` before anything is evaluated; what it locks is trusted afterwards.
   */
  writeLock: procedure
    .input(lockInput.extend({ update: z.array(z.string()).nullable() }))
    .output(lockWrittenSchema),
  /** Describes a source; evaluates nothing and fetches nothing. */
  describe: procedure.input(sourceSelectionSchema).output(sourceDescriptionSchema),
  /** The sources worth offering on this machine, each with whether it can be used. */
  choices: procedure.output(z.array(sourceDescriptionSchema)),
  /** Remembers that the user has seen this source and lets its code run. */
  trust: procedure.input(sourceSelectionSchema).output(sourceDescriptionSchema),
  distrust: procedure.input(z.strictObject({ identity: z.string() })).output(z.void()),
  trusted: procedure.output(z.array(trustedSourceSchema)),
};
