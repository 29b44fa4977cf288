import { z } from 'zod';
import { packageSourceSchema } from '../document.ts';
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

export const sourcesContract = {
  /** Describes a source; evaluates nothing and fetches nothing. */
  describe: procedure.input(sourceSelectionSchema).output(sourceDescriptionSchema),
  /** The sources worth offering on this machine, each with whether it can be used. */
  choices: procedure.output(z.array(sourceDescriptionSchema)),
  /** Remembers that the user has seen this source and lets its code run. */
  trust: procedure.input(sourceSelectionSchema).output(sourceDescriptionSchema),
  distrust: procedure.input(z.strictObject({ identity: z.string() })).output(z.void()),
  trusted: procedure.output(z.array(trustedSourceSchema)),
};
