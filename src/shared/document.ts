import { z } from 'zod';
import type { StrategyName } from '../engine/strategies/index.ts';
import { healthcheckSchema } from './document/healthcheck.ts';
import {
  accountsSchema,
  directoriesSchema,
  filesSchema,
  pathsToLinkSchema,
  permissionsSchema,
  prioritiesSchema,
} from './document/root-fields.ts';
import { imageNameProblem } from './image-name.ts';
import {
  importArgumentsSchema,
  namedSourcesSchema,
  type PackageSource,
  packageSourceSchema,
} from './package-sources.ts';

/** Docker's overlay2 store takes 125 layers in all: 123 leave room for the root layer and one that is built on top. */
export const MAX_BUDGET = 123;

/** What documents could say before; {@link layerCountNotices} tells what comes of it. */
export const MAX_BUDGET_READ = 125;
export const DEFAULT_BUDGET = 94;

/** What an image is called whose document says nothing of it. */
export const DEFAULT_NAME = 'image';

const nixSystem = z.string().regex(/^[a-z0-9_]+-[a-z0-9]+$/, 'a Nix system such as x86_64-linux');

export { type PackageSource, packageSourceSchema };

export const compressionSchema = z.strictObject({
  type: z.enum(['gzip', 'zstd', 'none']).default('gzip'),
  level: z.int().min(0).max(22).optional().describe('gzip 1 to 9 (default 6), zstd 1 to 22 (default 3).'),
});
export type Compression = z.infer<typeof compressionSchema>;

export const STRATEGIES = [
  'strata',
  'nixery',
  'popularity-contest',
  'auto',
  'per-path',
  'single',
] as const satisfies readonly StrategyName[];

export const layeringSchema = z.strictObject({
  budget: z
    .int()
    .min(1)
    .max(MAX_BUDGET_READ)
    .default(DEFAULT_BUDGET)
    .describe(
      `Most layers of store paths; the root layer comes on top. More than ${MAX_BUDGET} are read as older versions wrote ` +
        "them, though docker's overlay2 store does not take so many.",
    ),
  strategy: z.enum(STRATEGIES).default('strata'),
  closureSizeThreshold: z
    .number()
    .min(0)
    .optional()
    .describe('nixery: paths whose closure is larger (bytes) become a layer of their own.'),
  popularityThreshold: z
    .number()
    .min(0)
    .optional()
    .describe('nixery: paths at least this popular become a layer of their own.'),
  minLayerBytes: z
    .int()
    .min(0)
    .optional()
    .describe('strata: smaller paths join others where that costs little.'),
  commonStart: z
    .boolean()
    .optional()
    .describe(
      'strata: begin with the layers that a known image begins with, in its order, so that stores that find layers by ' +
        "chain (docker's overlay2 store) share them.",
    ),
  pins: z
    .array(z.string().min(1))
    .optional()
    .describe('strata: store path names, with or without version, that get a layer of their own.'),
  keepTogether: z
    .array(z.array(z.string().min(1)).min(2))
    .optional()
    .describe('strata: lists of names that stay in one layer.'),
  volatile: z
    .array(z.string().min(1))
    .optional()
    .describe('strata: names that change with every build; together in the last layer of store paths.'),
});
export type Layering = z.infer<typeof layeringSchema>;

const absolutePath = z.string().regex(/^\//, 'an absolute path');
const emptyObject = z.strictObject({});

/** The runtime configuration of the image, named as in the OCI image specification (config.md). */
export const runtimeConfigSchema = z.strictObject({
  User: z.string().optional(),
  ExposedPorts: z
    .record(z.string().regex(/^\d{1,5}(\/(tcp|udp))?$/, 'a port such as 80/tcp'), emptyObject)
    .optional(),
  Env: z.array(z.string().regex(/^[^=]+=/, 'NAME=value')).optional(),
  Entrypoint: z.array(z.string()).optional(),
  Cmd: z.array(z.string()).optional(),
  Volumes: z.record(absolutePath, emptyObject).optional(),
  WorkingDir: absolutePath.optional(),
  Labels: z.record(z.string(), z.string()).optional(),
  StopSignal: z.string().optional(),
  Healthcheck: healthcheckSchema
    .optional()
    .describe("How to find out whether it works: Docker's media types only."),
  Shell: z
    .array(z.string())
    .min(1)
    .optional()
    .describe("The shell that later builds take for their commands: Docker's media types only."),
});

const tagSchema = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, 'a tag such as latest');

/** A `*.strata.json` document: everything that decides an image's bytes. Unknown fields are refused by name. */
export const documentSchema = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1),
  name: z
    .string()
    .superRefine((name, context) => {
      const problem = imageNameProblem(name);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    })
    .default(DEFAULT_NAME)
    .describe(
      'REPOSITORY or HOST:PORT/REPOSITORY; what is called image is named by its file or its packages.',
    ),
  tag: tagSchema.default('latest'),
  tags: z.array(tagSchema).optional().describe('Further tags that the image gets.'),
  source: packageSourceSchema.default({ type: 'auto' }),
  importArguments: importArgumentsSchema.default({}),
  sources: namedSourcesSchema
    .optional()
    .describe('Further package sources by name: of a source tools, the package curl is tools:curl.'),
  base: z
    .string()
    .min(1)
    .optional()
    .describe('An image to build on: an archive, a layout or a reference, as `strata open` takes it.'),
  system: nixSystem.optional(),
  packages: z.array(z.string().min(1)).default([]),
  priorities: prioritiesSchema.optional(),
  pathsToLink: pathsToLinkSchema.optional(),
  files: filesSchema.optional(),
  directories: directoriesSchema.optional(),
  permissions: permissionsSchema.optional(),
  accounts: accountsSchema.optional(),
  nixDatabase: z
    .boolean()
    .optional()
    .describe('Nix in the container knows the store paths of the image: for images that build.'),
  defaults: z
    .strictObject({ cacert: z.boolean().default(true), ianaEtc: z.boolean().default(true) })
    .default({ cacert: true, ianaEtc: true })
    .describe(
      'Packages that are added to every image: certificates and the names of protocols and services.',
    ),
  layering: layeringSchema.default({ budget: DEFAULT_BUDGET, strategy: 'strata' }),
  compression: compressionSchema.default({ type: 'gzip' }),
  mediaTypes: z.enum(['oci', 'docker']).default('oci'),
  created: z.iso
    .datetime()
    .optional()
    .describe('Time of creation; 1970-01-01T00:00:01Z where it is left out.'),
  config: runtimeConfigSchema.default({}),
  annotations: z
    .record(z.string().min(1), z.string())
    .optional()
    .describe(
      'Annotations of the manifest, beside title, source, revision and time of creation where they are known. An empty ' +
        'text leaves one out.',
    ),
});
export type StrataDocument = z.infer<typeof documentSchema>;

/** The part of a document that decides the closure: a build is out of date when it differs from the document's. */
export const selectionSchema = documentSchema.pick({
  source: true,
  importArguments: true,
  sources: true,
  system: true,
  packages: true,
  defaults: true,
});
export type Selection = z.infer<typeof selectionSchema>;

/** The part of a document that decides, with what was built of it, the root file system. */
export const rootDocumentSchema = documentSchema.pick({
  base: true,
  packages: true,
  priorities: true,
  pathsToLink: true,
  files: true,
  directories: true,
  permissions: true,
  accounts: true,
  nixDatabase: true,
});
export type RootDocument = z.infer<typeof rootDocumentSchema>;

/** No more of a document than decides its root. */
export function rootDocumentOf(document: StrataDocument): RootDocument {
  const fields = rootDocumentSchema.keyof().options;
  return Object.fromEntries(fields.map((field) => [field, document[field]])) as RootDocument;
}

/** All tags of a document's image, each once. */
export function tagsOf({
  tag,
  tags = [],
}: Pick<StrataDocument, 'tag' | 'tags'>): readonly [string, ...string[]] {
  return [tag, ...new Set(tags.filter((each) => each !== tag))];
}

/** No more of a document than decides its closure. */
export function selectionOf({
  source,
  importArguments,
  sources,
  system,
  packages,
  defaults,
}: Selection): Selection {
  return {
    source,
    importArguments,
    ...(sources === undefined ? {} : { sources }),
    ...(system === undefined ? {} : { system }),
    packages,
    defaults,
  };
}
