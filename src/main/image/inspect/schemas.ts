import { z } from 'zod';
import type { Digest } from '../../../engine/oci/types.ts';

/** What may come in an image that somebody else wrote: members that are not known are let through. */
const digest = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'It is not a sha256 digest')
  .transform((text) => text as Digest);
const AMBIGUOUS = 'It has what a manifest has and what an index has';
const annotations = z.record(z.string(), z.string()).optional();

const platform = z.looseObject({
  architecture: z.string(),
  os: z.string(),
  variant: z.string().optional(),
});

const descriptorSchema = z.looseObject({
  mediaType: z.string(),
  digest,
  size: z.int().min(0),
  annotations,
  platform: platform.optional(),
});

/**
 * A document that could be taken for either an index or a manifest is refused: two readers could see two images under
 * one digest (CVE-2021-41190; image-spec 1.1, manifest.md and image-index.md).
 */
export const indexSchema = z
  .looseObject({
    schemaVersion: z.literal(2),
    mediaType: z.string().optional(),
    manifests: z.array(descriptorSchema).max(1000),
    annotations,
  })
  .refine(({ config, layers }) => config === undefined && layers === undefined, AMBIGUOUS);

/** See {@link indexSchema}. */
export const manifestSchema = z
  .looseObject({
    schemaVersion: z.literal(2),
    mediaType: z.string().optional(),
    config: descriptorSchema,
    layers: z.array(descriptorSchema).max(1000),
    annotations,
  })
  .refine(({ manifests }) => manifests === undefined, AMBIGUOUS);

const strings = z.array(z.string()).nullish();

export const configSchema = z.looseObject({
  created: z.string().optional(),
  architecture: z.string(),
  os: z.string(),
  variant: z.string().optional(),
  config: z
    .looseObject({
      User: z.string().optional(),
      Env: strings,
      Entrypoint: strings,
      Cmd: strings,
      WorkingDir: z.string().optional(),
      Labels: z.record(z.string(), z.string()).nullish(),
      StopSignal: z.string().optional(),
    })
    .nullish(),
  rootfs: z.looseObject({ type: z.string(), diff_ids: z.array(digest) }),
  history: z
    .array(
      z.looseObject({
        created_by: z.string().optional(),
        comment: z.string().optional(),
        empty_layer: z.boolean().optional(),
      }),
    )
    .nullish(),
});

export const layoutSchema = z.looseObject({ imageLayoutVersion: z.literal('1.0.0') });

export const dockerManifestSchema = z
  .array(
    z.looseObject({
      Config: z.string(),
      RepoTags: strings,
      Layers: z.array(z.string()).max(1000),
    }),
  )
  .max(1000);

export type InspectedDescriptor = z.infer<typeof descriptorSchema>;
export type InspectedManifest = z.infer<typeof manifestSchema>;
export type InspectedConfig = z.infer<typeof configSchema>;
export type DockerManifestEntry = z.infer<typeof dockerManifestSchema>[number];
