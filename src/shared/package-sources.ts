import { z } from 'zod';
import { UNNAMED } from './source-names.ts';

const commit = z.string().regex(/^[0-9a-f]{40}$/, '40 hexadecimal digits');

const auto = z.strictObject({ type: z.literal('auto') });
const nixpkgs = z.strictObject({
  type: z.literal('nixpkgs'),
  channel: z.string().min(1).optional().describe('A channel such as nixos-25.11.'),
  commit: commit.optional().describe('A commit of nixpkgs.'),
});
const git = z.strictObject({
  type: z.literal('git'),
  url: z.string().min(1),
  rev: commit.optional(),
  ref: z.string().min(1).optional(),
});
const path = z.strictObject({ type: z.literal('path'), path: z.string().min(1) });
const flake = z.strictObject({ type: z.literal('flake'), ref: z.string().min(1) });
const starter = z.strictObject({ type: z.literal('starter') });

/** Where packages come from. `auto` is nixpkgs where it resolves, else the starter set. */
export const packageSourceSchema = z.discriminatedUnion('type', [auto, nixpkgs, git, path, flake, starter]);
export type PackageSource = z.infer<typeof packageSourceSchema>;

export const importArgumentsSchema = z
  .record(z.string(), z.json())
  .describe('Arguments for the import of the package source, such as {"config": {"allowUnfree": true}}.');
export type ImportArguments = z.infer<typeof importArgumentsSchema>;

const importArguments = importArgumentsSchema.optional();
const namedSourceSchema = z.discriminatedUnion('type', [
  auto.extend({ importArguments }),
  nixpkgs.extend({ importArguments }),
  git.extend({ importArguments }),
  path.extend({ importArguments }),
  flake.extend({ importArguments }),
  starter.extend({ importArguments }),
]);

export const sourceNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'a name of small letters, digits and dashes, such as tools')
  .refine((name) => name !== UNNAMED, 'a name other than `source`, which is the one without a name');

/** Further package sources by name: `tools:curl` is curl of the source tools. */
export const namedSourcesSchema = z.record(sourceNameSchema, namedSourceSchema);
export type NamedSources = z.infer<typeof namedSourcesSchema>;

/** A package source with what its import is given. `name` is null for the one without a name. */
export interface SourceEntry {
  readonly name: string | null;
  readonly source: PackageSource;
  readonly importArguments: ImportArguments;
}

/** What says which package sources there are, as a document has it. */
export interface SourceFields {
  readonly source: PackageSource;
  readonly importArguments: ImportArguments;
  readonly sources?: NamedSources | undefined;
}

/** No more of a document, or of a selection of its packages, than says which package sources there are. */
export function sourceFields({ source, importArguments, sources }: SourceFields): SourceFields {
  return { source, importArguments, ...(sources === undefined ? {} : { sources }) };
}

/** All package sources of a document: the unnamed one, then the others in their order. */
export function sourceEntries({ source, importArguments, sources = {} }: SourceFields): SourceEntry[] {
  return [
    { name: null, source, importArguments },
    ...Object.entries(sources).map(([name, { importArguments: given = {}, ...named }]) => ({
      name,
      source: named,
      importArguments: given,
    })),
  ];
}

/** A name in `packages` apart: the source that it names, and the attribute path in that. */
export function splitPackageName(name: string): {
  readonly source: string | null;
  readonly attribute: string;
} {
  const [, source, attribute] = /^([^."\s:]*):(.*)$/s.exec(name) ?? [];
  return source === undefined || attribute === undefined
    ? { source: null, attribute: name }
    : { source, attribute };
}

/** The opposite of {@link splitPackageName}. */
export function joinPackageName(source: string | null, attribute: string): string {
  return source === null ? attribute : `${source}:${attribute}`;
}

/** Names of the packages that every image gets unless the document says otherwise. */
export function defaultPackages(defaults: { readonly cacert: boolean; readonly ianaEtc: boolean }): string[] {
  return [...(defaults.cacert ? ['cacert'] : []), ...(defaults.ianaEtc ? ['iana-etc'] : [])];
}
