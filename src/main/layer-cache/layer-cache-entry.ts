import { z } from 'zod';
import { isDigest } from '../../engine/oci/digest.ts';
import type { Digest } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import { parseManifest } from '../oci/documents.ts';
import type { Reference } from '../oci/reference.ts';
import type { RegistryMemory, RememberedLayer } from '../registry/memory.ts';
import { artifactManifest } from '../registry/remote/artifact.ts';
import { headBlob } from '../registry/remote/blob.ts';
import { getManifest, headManifest, putManifest } from '../registry/remote/manifest.ts';
import type { RegistryTransport } from '../registry/transport/transport.ts';

/**
 * Packed layers in a registry, for all machines that build: one artifact a layer, under a tag made of the layer's key.
 * See docs/decisions/0071-layer-cache-in-a-registry.md.
 */
const LAYER_ARTIFACT_TYPE = 'application/vnd.strata.layer.v1';

const ANNOTATIONS = {
  key: 'dev.strata.layer.key',
  diffId: 'dev.strata.layer.diff-id',
} as const;

const annotationsSchema = z.looseObject({
  [ANNOTATIONS.key]: z.string(),
  [ANNOTATIONS.diffId]: z.custom<Digest>((value) => typeof value === 'string' && isDigest(value)),
});

const DEFAULT_PREFIX = 'layer';

const LONGEST_TAG = 128;

/**
 * The tag of a layer: that of the cache's reference, and the key.
 *
 * @throws StrataError `usage` where no room is left for the key.
 */
function layerTag({ registry, repository, tag = DEFAULT_PREFIX }: Reference, key: string): string {
  const most = LONGEST_TAG - key.length - 1;
  if (tag.length <= most) return `${tag}-${key}`;
  throw new StrataError('usage', `The tag of the cache ${registry}/${repository} is too long: ${tag}.`, {
    hint: `Each layer has a tag that begins with it: it may have ${most} characters.`,
  });
}

/**
 * Looks a layer up in the cache. What is remembered of an earlier look is relied on only after the registry has
 * confirmed that the blob is still there.
 */
export async function findCachedLayer(
  transport: RegistryTransport,
  cache: Reference,
  key: string,
  memory: RegistryMemory,
  signal?: AbortSignal,
): Promise<RememberedLayer | undefined> {
  const { registry, repository } = cache;
  const known = memory.layer(registry, repository, key);
  if (known !== undefined) {
    const there = await headBlob(transport, repository, known.descriptor.digest, signal);
    if (there?.sizeBytes === known.descriptor.size) return known;
    memory.forgetLayer(registry, repository, key);
  }
  const found = await readEntry(transport, cache, key, signal);
  if (found === undefined) return undefined;
  memory.rememberLayer(registry, repository, key, found);
  memory.rememberBlob(registry, repository, found.descriptor.digest);
  return found;
}

async function readEntry(
  transport: RegistryTransport,
  cache: Reference,
  key: string,
  signal: AbortSignal | undefined,
): Promise<RememberedLayer | undefined> {
  const tag = layerTag(cache, key);
  const place = `The layer ${tag} in ${cache.registry}/${cache.repository}`;
  let bytes: Buffer;
  try {
    ({ bytes } = await getManifest(transport, cache.repository, tag, signal));
  } catch (error) {
    if (error instanceof StrataError && error.code === 'registry-not-found') return undefined;
    throw error;
  }
  const manifest = parseManifest(bytes, place);
  const [descriptor, ...others] = manifest.layers;
  const annotations = annotationsSchema.safeParse(manifest.annotations ?? {}).data;
  const isEntry =
    manifest.artifactType === LAYER_ARTIFACT_TYPE && descriptor !== undefined && others.length === 0;
  if (!isEntry || annotations?.[ANNOTATIONS.key] !== key) {
    throw new StrataError('invalid-image', `${place} is not a layer that Strata put there.`, {
      hint: 'Give the cache a repository of its own.',
    });
  }
  return { descriptor, diffId: annotations[ANNOTATIONS.diffId] };
}

export async function hasCachedLayer(
  transport: RegistryTransport,
  cache: Reference,
  key: string,
  signal?: AbortSignal,
): Promise<boolean> {
  return (await headManifest(transport, cache.repository, layerTag(cache, key), signal)) !== undefined;
}

/** Writes the entry of a layer whose blob is in the cache's repository. */
export async function putCachedLayer(
  transport: RegistryTransport,
  cache: Reference,
  key: string,
  { descriptor: blob, diffId }: RememberedLayer,
  signal?: AbortSignal,
): Promise<void> {
  const annotations = { [ANNOTATIONS.key]: key, [ANNOTATIONS.diffId]: diffId };
  const { descriptor, bytes } = artifactManifest({ artifactType: LAYER_ARTIFACT_TYPE, blob, annotations });
  await putManifest(transport, cache.repository, layerTag(cache, key), { ...descriptor, bytes }, signal);
}
