import type { z } from 'zod';
import { INDEX_TYPES, MANIFEST_TYPES } from '../../engine/oci/media-types.ts';
import type { ImageConfig, ImageIndex, Manifest } from '../../engine/oci/types.ts';
import { MEDIA_TYPES } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import { isNestedTooDeep, MOST_LEVELS } from '../../shared/json-nesting.ts';
import { repeatedMember } from './repeated-member.ts';
import { configSchema, indexSchema, manifestSchema } from './schemas.ts';

/** Manifests and indexes are documents, not data: 4 MiB is what the distribution specification lets one be. */
export const LARGEST_MANIFEST = 4 * 1024 * 1024;
export const LARGEST_CONFIG = 16 * 1024 * 1024;

export function isManifestType(mediaType: string): boolean {
  return MANIFEST_TYPES.includes(mediaType);
}

export function isIndexType(mediaType: string): boolean {
  return INDEX_TYPES.includes(mediaType);
}

/** @throws StrataError `invalid-image`, naming `place` and the member that is wrong. */
export function parseManifest(bytes: Uint8Array, place: string): Manifest {
  const manifest = parse(manifestSchema, bytes, place, 'an image manifest');
  checkOwnType(manifest.mediaType, MANIFEST_TYPES, place, 'an image manifest');
  return { mediaType: MEDIA_TYPES.manifest, ...manifest } as Manifest;
}

/** @throws StrataError `invalid-image`, naming `place` and the member that is wrong. */
export function parseIndex(bytes: Uint8Array, place: string): ImageIndex {
  const index = parse(indexSchema, bytes, place, 'an image index');
  checkOwnType(index.mediaType, INDEX_TYPES, place, 'an image index');
  return { mediaType: MEDIA_TYPES.index, ...index } as ImageIndex;
}

/** What a document calls itself has to agree with what it is read as: another reader may go by the one or the other. */
function checkOwnType(
  own: string | undefined,
  allowed: readonly string[],
  place: string,
  kind: string,
): void {
  if (own === undefined || allowed.includes(own)) return;
  throw new StrataError('invalid-image', `${place} is not ${kind}: it calls itself ${own}.`);
}

/** Members that a builder wrote as null count as left out. @throws StrataError `invalid-image`. */
export function parseConfig(bytes: Uint8Array, place: string): ImageConfig {
  const withoutNulls = (_: string, value: unknown) => (value === null ? undefined : value);
  return parse(configSchema, bytes, place, 'an image configuration', withoutNulls) as ImageConfig;
}

/** The media type that a manifest or index gives itself; where it gives none, what it holds tells. */
export function declaredMediaType(bytes: Uint8Array): string | undefined {
  const value = parseJson(Buffer.from(bytes).toString('utf8'));
  const index = indexSchema.safeParse(value);
  if (index.success) return index.data.mediaType ?? MEDIA_TYPES.index;
  const manifest = manifestSchema.safeParse(value);
  return manifest.success ? (manifest.data.mediaType ?? MEDIA_TYPES.manifest) : undefined;
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  bytes: Uint8Array,
  place: string,
  kind: string,
  reviver?: (key: string, value: unknown) => unknown,
): z.infer<Schema> {
  const text = Buffer.from(bytes).toString('utf8');
  if (isNestedTooDeep(text)) {
    throw new StrataError(
      'invalid-image',
      `${place} is not ${kind}: it nests more than ${MOST_LEVELS} levels deep.`,
    );
  }
  const value = parseJson(text, reviver);
  if (value === undefined) throw new StrataError('invalid-image', `${place} is not ${kind}: it is not JSON.`);
  const repeated = repeatedMember(text);
  if (repeated !== undefined) {
    throw new StrataError(
      'invalid-image',
      `${place} is not ${kind}: it has "${repeated}" twice in one place.`,
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const member = issue?.path.join('.') || 'the document';
  throw new StrataError('invalid-image', `${place} is not ${kind}: ${member}: ${issue?.message ?? 'wrong'}.`);
}

function parseJson(text: string, reviver?: (key: string, value: unknown) => unknown): unknown {
  try {
    return JSON.parse(text, reviver);
  } catch {
    return undefined;
  }
}
