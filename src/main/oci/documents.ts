import type { z } from 'zod';
import { INDEX_TYPES, MANIFEST_TYPES } from '../../engine/oci/media-types.ts';
import type { ImageConfig, ImageIndex, Manifest } from '../../engine/oci/types.ts';
import { MEDIA_TYPES } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import { isNestedTooDeep, MOST_LEVELS } from '../../shared/json-nesting.ts';
import { repeatedMember } from './repeated-member.ts';
import {
  configSchema,
  type DockerManifestEntry,
  dockerManifestSchema,
  indexSchema,
  layoutSchema,
  manifestSchema,
} from './schemas.ts';

/** Manifests and indexes are documents, not data: 4 MiB is what the distribution specification lets one be. */
export const LARGEST_MANIFEST = 4 * 1024 * 1024;
export const LARGEST_CONFIG = 16 * 1024 * 1024;

/** A kind of JSON document in an image. */
export interface DocumentKind<Value> {
  readonly name: string;
  readonly schema: z.ZodType;
  /** Whether members that a builder wrote as null count as left out. */
  readonly withoutNulls: boolean;
  /** Never there: says what the schema gives. */
  readonly value?: Value;
}

/** What may leave out what it is. */
type Untyped<Document extends { readonly mediaType: string }> = Omit<Document, 'mediaType'> & {
  readonly mediaType?: string;
};

function kind<Value>(name: string, schema: z.ZodType, withoutNulls = false): DocumentKind<Value> {
  return { name, schema, withoutNulls };
}

export const DOCUMENTS = {
  manifest: kind<Untyped<Manifest>>('an image manifest', manifestSchema),
  index: kind<Untyped<ImageIndex>>('an image index', indexSchema),
  config: kind<ImageConfig>('an image configuration', configSchema, true),
  layout: kind<unknown>('that of an OCI image layout', layoutSchema),
  dockerManifest: kind<readonly DockerManifestEntry[]>(
    'that of a docker-archive',
    dockerManifestSchema,
    true,
  ),
};

/**
 * Reads a document that somebody else wrote.
 *
 * @returns what is wrong with it, as the rest of a sentence; and its value, where it can be read all the same.
 */
export function readDocument<Value>(
  { schema, withoutNulls }: DocumentKind<Value>,
  bytes: Uint8Array,
): { readonly value?: Value; readonly problem?: string } {
  const text = Buffer.from(bytes).toString('utf8');
  if (isNestedTooDeep(text)) return { problem: `it nests more than ${MOST_LEVELS} levels deep` };
  const json = parseJson(text, withoutNulls);
  if (json === undefined) return { problem: 'it is not JSON' };
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const member = issue?.path.join('.') || 'the document';
    return { problem: `${member}: ${issue?.message ?? 'wrong'}` };
  }
  const value = parsed.data as Value;
  const repeated = repeatedMember(text);
  return repeated === undefined ? { value } : { value, problem: `it has "${repeated}" twice in one place` };
}

function parseJson(text: string, withoutNulls: boolean): unknown {
  try {
    return JSON.parse(text, withoutNulls ? (_, value) => (value === null ? undefined : value) : undefined);
  } catch {
    return undefined;
  }
}

/** @throws StrataError `invalid-image`, naming `place` and the member that is wrong. */
export function parseImageDocument<Value>(
  kind: DocumentKind<Value>,
  bytes: Uint8Array,
  place: string,
): Value {
  const { value, problem } = readDocument(kind, bytes);
  if (value !== undefined && problem === undefined) return value;
  throw new StrataError('invalid-image', `${place} is not ${kind.name}: ${problem}.`);
}

/** @throws StrataError as {@link parseImageDocument} does. */
export function parseManifest(bytes: Uint8Array, place: string): Manifest {
  const manifest = parseImageDocument(DOCUMENTS.manifest, bytes, place);
  return { ...manifest, mediaType: ownType(manifest, MANIFEST_TYPES, place, DOCUMENTS.manifest) };
}

/** @throws StrataError as {@link parseImageDocument} does. */
export function parseIndex(bytes: Uint8Array, place: string): ImageIndex {
  const index = parseImageDocument(DOCUMENTS.index, bytes, place);
  return { ...index, mediaType: ownType(index, INDEX_TYPES, place, DOCUMENTS.index) };
}

/** What a document calls itself has to agree with what it is read as: another reader may go by the one or the other. */
function ownType(
  { mediaType }: { readonly mediaType?: string | undefined },
  allowed: readonly string[],
  place: string,
  { name }: DocumentKind<unknown>,
): string {
  const [usual = ''] = allowed;
  if (mediaType === undefined || allowed.includes(mediaType)) return mediaType ?? usual;
  throw new StrataError('invalid-image', `${place} is not ${name}: it calls itself ${mediaType}.`);
}

/** The media type that a manifest or index gives itself; where it gives none, what it holds tells. */
export function declaredMediaType(bytes: Uint8Array): string | undefined {
  const index = readDocument(DOCUMENTS.index, bytes).value;
  if (index !== undefined) return index.mediaType ?? MEDIA_TYPES.index;
  const manifest = readDocument(DOCUMENTS.manifest, bytes).value;
  return manifest && (manifest.mediaType ?? MEDIA_TYPES.manifest);
}
