import { z } from 'zod';
import { isDigest } from '../../engine/oci/digest.ts';
import type { Digest } from '../../engine/oci/types.ts';

/**
 * What may come in an image that somebody else wrote: an object of these members and of others, but of none that Go's reader of JSON, and with it most container tools, takes
 * for one of them: it looks past the case of names, so that an image with `layers` and `Layers` would be one thing to
 * read here and another to run.
 *
 * @param more names of members that are known though nothing here reads them.
 */
function document<Shape extends z.core.$ZodLooseShape>(shape: Shape, more: readonly string[] = []) {
  const known = new Map([...Object.keys(shape), ...more].map((name) => [fold(name), name]));
  return z.looseObject(shape).superRefine((value, context) => {
    for (const name of Object.keys(value)) {
      const meant = known.get(fold(name));
      if (meant === undefined || meant === name) continue;
      context.addIssue({
        code: 'custom',
        path: [name],
        message: `Other programs take "${name}" for "${meant}"`,
      });
    }
  });
}

/** As Unicode folds case: `\u017f` is an s and `\u212a` a k. */
function fold(name: string): string {
  return name.toUpperCase().toLowerCase();
}

const digest = z.custom<Digest>(
  (value) => typeof value === 'string' && isDigest(value),
  'It is not a sha256 digest',
);
const AMBIGUOUS = 'It has what a manifest has and what an index has';
const annotations = z.record(z.string(), z.string()).optional();

const platform = document({
  architecture: z.string(),
  os: z.string(),
  variant: z.string().optional(),
});

const descriptorSchema = document(
  {
    mediaType: z.string(),
    digest,
    size: z.int().min(0),
    annotations,
    platform: platform.optional(),
    urls: z.array(z.string()).optional(),
  },
  ['artifactType', 'data'],
);

/**
 * A document that could be taken for either an index or a manifest is refused: two readers could see two images under
 * one digest (CVE-2021-41190; image-spec 1.1, manifest.md and image-index.md).
 */
export const indexSchema = document(
  {
    schemaVersion: z.literal(2),
    mediaType: z.string().optional(),
    manifests: z.array(descriptorSchema).max(1000),
    annotations,
  },
  ['config', 'layers', 'subject', 'artifactType'],
).refine(({ config, layers }) => config === undefined && layers === undefined, AMBIGUOUS);

/** See {@link indexSchema}. */
export const manifestSchema = document(
  {
    schemaVersion: z.literal(2),
    mediaType: z.string().optional(),
    config: descriptorSchema,
    layers: z.array(descriptorSchema).max(1000),
    annotations,
  },
  ['manifests', 'subject', 'artifactType'],
).refine(({ manifests }) => manifests === undefined, AMBIGUOUS);

const strings = z.array(z.string()).nullish();

export const configSchema = document({
  created: z.string().optional(),
  architecture: z.string(),
  os: z.string(),
  variant: z.string().optional(),
  config: document(
    {
      User: z.string().optional(),
      Env: strings,
      Entrypoint: strings,
      Cmd: strings,
      WorkingDir: z.string().optional(),
      Labels: z.record(z.string(), z.string()).nullish(),
      StopSignal: z.string().optional(),
    },
    ['ExposedPorts', 'Volumes'],
  ).nullish(),
  rootfs: document({ type: z.string(), diff_ids: z.array(digest) }),
  history: z
    .array(
      document({
        created_by: z.string().optional(),
        comment: z.string().optional(),
        empty_layer: z.boolean().optional(),
      }),
    )
    .nullish(),
});

export const layoutSchema = document({ imageLayoutVersion: z.literal('1.0.0') });

export const dockerManifestSchema = z
  .array(
    document({
      Config: z.string(),
      RepoTags: strings,
      Layers: z.array(z.string()).max(1000),
    }),
  )
  .max(1000);

export type DockerManifestEntry = z.infer<typeof dockerManifestSchema>[number];
