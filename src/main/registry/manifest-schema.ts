import { z } from 'zod';
import { INDEX_TYPES, MANIFEST_TYPES } from '../../engine/oci/media-types.ts';
import type { Digest, ImageConfig, ImageIndex, Manifest } from '../../engine/oci/types.ts';
import { MEDIA_TYPES } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import { isDigest } from './name.ts';

/** Manifests and indexes are documents, not data: 4 MiB is what the distribution specification lets one be. */
export const LARGEST_MANIFEST = 4 * 1024 * 1024;
export const LARGEST_CONFIG = 16 * 1024 * 1024;

const digestSchema = z.custom<Digest>(
  (value) => typeof value === 'string' && isDigest(value),
  'a sha256 digest',
);
const annotationsSchema = z.record(z.string(), z.string());
const descriptorSchema = z.looseObject({
  mediaType: z.string().min(1),
  digest: digestSchema,
  size: z.int().min(0),
  annotations: annotationsSchema.optional(),
  artifactType: z.string().optional(),
  platform: z
    .looseObject({ architecture: z.string(), os: z.string(), variant: z.string().optional() })
    .optional(),
  urls: z.array(z.string()).optional(),
});
const manifestSchema = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().default(MEDIA_TYPES.manifest),
  artifactType: z.string().optional(),
  config: descriptorSchema,
  layers: z.array(descriptorSchema).max(10_000),
  subject: descriptorSchema.optional(),
  annotations: annotationsSchema.optional(),
});
const indexSchema = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().default(MEDIA_TYPES.index),
  manifests: z.array(descriptorSchema).max(10_000),
  annotations: annotationsSchema.optional(),
});
const emptyObjects = z.record(z.string(), z.looseObject({})).nullish();
const configSchema = z.looseObject({
  created: z.string().nullish(),
  author: z.string().nullish(),
  architecture: z.string().default('unknown'),
  os: z.string().default('unknown'),
  variant: z.string().optional(),
  config: z
    .looseObject({
      User: z.string().nullish(),
      ExposedPorts: emptyObjects,
      Env: z.array(z.string()).nullish(),
      Entrypoint: z.array(z.string()).nullish(),
      Cmd: z.array(z.string()).nullish(),
      Volumes: emptyObjects,
      WorkingDir: z.string().nullish(),
      Labels: z.record(z.string(), z.string()).nullish(),
      StopSignal: z.string().nullish(),
    })
    .nullish(),
  rootfs: z.looseObject({ type: z.literal('layers'), diff_ids: z.array(digestSchema).nullable() }),
  history: z
    .array(
      z.looseObject({
        created: z.string().nullish(),
        created_by: z.string().nullish(),
        author: z.string().nullish(),
        comment: z.string().nullish(),
        empty_layer: z.boolean().nullish(),
      }),
    )
    .nullish(),
});

export function isManifestType(mediaType: string): boolean {
  return MANIFEST_TYPES.includes(mediaType);
}

export function isIndexType(mediaType: string): boolean {
  return INDEX_TYPES.includes(mediaType);
}

/** @throws StrataError `invalid-image`, naming `place` and the member that is wrong. */
export function parseManifest(bytes: Uint8Array, place: string): Manifest {
  return parse(manifestSchema, bytes, place, 'an image manifest') as Manifest;
}

/** @throws StrataError `invalid-image`, naming `place` and the member that is wrong. */
export function parseIndex(bytes: Uint8Array, place: string): ImageIndex {
  return parse(indexSchema, bytes, place, 'an image index') as ImageIndex;
}

/** Members that a builder wrote as null count as left out. @throws StrataError `invalid-image`. */
export function parseConfig(bytes: Uint8Array, place: string): ImageConfig {
  const config = parse(configSchema, bytes, place, 'an image configuration');
  const clean = withoutNulls(config) as Omit<ImageConfig, 'rootfs'>;
  return { ...clean, rootfs: { type: 'layers', diff_ids: config.rootfs.diff_ids ?? [] } };
}

/** The media type that a manifest or index gives itself, if it does. */
export function declaredMediaType(bytes: Uint8Array): string | undefined {
  const value: unknown = parseJson(bytes);
  const declared = z.looseObject({ mediaType: z.string() }).safeParse(value);
  if (declared.success) return declared.data.mediaType;
  // The member is optional in OCI documents: what they hold tells them apart.
  if (indexSchema.safeParse(value).success) return MEDIA_TYPES.index;
  return manifestSchema.safeParse(value).success ? MEDIA_TYPES.manifest : undefined;
}

function parse<T>(schema: z.ZodType<T>, bytes: Uint8Array, place: string, kind: string): T {
  const value = parseJson(bytes);
  if (value === undefined) throw new StrataError('invalid-image', `${place} is not ${kind}: it is not JSON.`);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const member = issue?.path.join('.') || 'the document';
  throw new StrataError('invalid-image', `${place} is not ${kind}: ${member}: ${issue?.message ?? 'wrong'}.`);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([key, member]) => [key, withoutNulls(member)]),
  );
}
