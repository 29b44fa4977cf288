import { isDigest } from '../../../engine/oci/digest.ts';
import { INDEX_TYPES, MANIFEST_TYPES } from '../../../engine/oci/media-types.ts';
import type { Descriptor, Digest } from '../../../engine/oci/types.ts';
import { Cancelled, StrataError } from '../../../shared/errors.ts';
import { digestOf } from '../../oci/bytes.ts';
import { declaredMediaType, LARGEST_MANIFEST } from '../../oci/documents.ts';
import { refusalCodes } from '../transport/error-body.ts';
import { discardBody, type HttpResponse, readBody } from '../transport/exchange.ts';
import { isTransient, networkError } from '../transport/network-error.ts';
import { retrying } from '../transport/retry.ts';
import type { RegistryRequest, RegistryTransport } from '../transport/transport.ts';

export interface RemoteManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
}

const ACCEPT = [...MANIFEST_TYPES, ...INDEX_TYPES].join(', ');

function manifestRequest(
  repository: string,
  selector: string,
  rest: Omit<RegistryRequest, 'path' | 'repository' | 'what'>,
): RegistryRequest {
  const separator = isDigest(selector) ? '@' : ':';
  return {
    path: `${repository}/manifests/${selector}`,
    repository,
    what: `the image ${repository}${separator}${selector}`,
    ...rest,
  };
}

/**
 * Asks for a short document and reads it whole; a connection that drops on the way is tried again.
 *
 * @throws StrataError `network` or a `registry-…` code; Cancelled.
 */
async function readDocument(
  transport: RegistryTransport,
  request: RegistryRequest,
  limitBytes: number,
  signal: AbortSignal | undefined,
): Promise<{ readonly response: HttpResponse; readonly bytes: Buffer }> {
  return retrying(transport.policy, transport.effects, signal, async () => {
    const response = await transport.send(request, signal);
    try {
      return { done: { response, bytes: await readBody(response, limitBytes) } };
    } catch (error) {
      const failure = networkError(error, transport.registry, signal);
      if (failure instanceof Cancelled || !isTransient(error)) throw failure;
      return { failure };
    }
  });
}

/**
 * The manifest or index that a tag or digest stands for (distribution-spec, end-3).
 *
 * @throws StrataError `registry-not-found` where there is none, `registry-protocol` where the bytes are not those of
 *   the digest.
 */
export async function getManifest(
  transport: RegistryTransport,
  repository: string,
  selector: string,
  signal?: AbortSignal,
): Promise<RemoteManifest> {
  const request = manifestRequest(repository, selector, {
    method: 'GET',
    access: 'pull',
    headers: { accept: ACCEPT },
    expect: [200],
  });
  const { response, bytes } = await readDocument(transport, request, LARGEST_MANIFEST, signal);
  const digest = digestOf(bytes);
  const claimed = isDigest(selector) ? selector : response.header('docker-content-digest');
  if (claimed !== undefined && isDigest(claimed) && claimed !== digest) {
    throw new StrataError(
      'registry-protocol',
      `${transport.registry} sent something else for ${request.what}: its digest is ${digest}, not ${claimed}.`,
      { hint: 'A proxy or mirror in between may have damaged it.' },
    );
  }
  const contentType = response.header('content-type')?.split(';')[0]?.trim() ?? '';
  const mediaType = declaredMediaType(bytes) ?? contentType;
  if (mediaType === contentType && !contentType.startsWith('application/vnd.')) {
    throw new StrataError(
      'registry-protocol',
      `${transport.registry} sent no manifest for ${request.what}, but ${contentType || 'something without a type'}.`,
      { hint: 'Check the name and the port: what answers there may not be a container registry.' },
    );
  }
  return { descriptor: { mediaType, digest, size: bytes.length }, bytes };
}

/** The digest that a registry has for a tag or digest; undefined where it has none, or does not say. */
export async function headManifest(
  transport: RegistryTransport,
  repository: string,
  selector: string,
  signal?: AbortSignal,
): Promise<Digest | undefined> {
  const response = await transport.send(
    manifestRequest(repository, selector, {
      method: 'HEAD',
      access: 'pull',
      headers: { accept: ACCEPT },
      expect: [200, 404],
    }),
    signal,
  );
  await discardBody(response);
  if (response.status === 404) return undefined;
  // Not the digest that was asked for: 200 is what a web server answers to everything.
  const digest = response.header('docker-content-digest') ?? '';
  return isDigest(digest) ? digest : undefined;
}

/**
 * Reads back what was put under a tag or digest, once it is seen: some registries take a moment.
 *
 * @throws StrataError `registry-protocol` where something else is there
 */
export async function confirmManifest(
  transport: RegistryTransport,
  repository: string,
  selector: string,
  digest: Digest,
  signal?: AbortSignal,
): Promise<void> {
  const { registry } = transport;
  const place = `${registry}/${repository}${isDigest(selector) ? '@' : ':'}${selector}`;
  await retrying(transport.policy, transport.effects, signal, async () => {
    const found = await getManifest(transport, repository, selector, signal).catch((error: unknown) => {
      if (error instanceof StrataError && error.code === 'registry-not-found') return undefined;
      throw error;
    });
    if (found?.descriptor.digest === digest) return { done: undefined };
    const what = found === undefined ? 'nothing' : found.descriptor.digest;
    const failure = new StrataError(
      'registry-protocol',
      `${place} was pushed as ${digest}, but has ${what} when it is read back.`,
      {
        hint: 'Somebody else may have pushed to it at the same moment. Otherwise, check the name and the port: what answers there may not keep what it takes.',
      },
    );
    return { failure };
  });
}

/**
 * Puts a manifest or index in its place (distribution-spec, end-7). A registry may not see a blob at once that it has
 * just taken, or while another client uploads the same: that is tried again.
 *
 * Where the registry does not say what it stored, it is read back.
 *
 * @returns whether the registry keeps referrers itself, for a manifest with a subject (`OCI-Subject`).
 */
export async function putManifest(
  transport: RegistryTransport,
  repository: string,
  selector: string,
  manifest: { readonly mediaType: string; readonly digest: Digest; readonly bytes: Buffer },
  signal?: AbortSignal,
): Promise<{ readonly subjectKept: boolean }> {
  const request = manifestRequest(repository, selector, {
    method: 'PUT',
    access: 'push',
    headers: { 'content-type': manifest.mediaType },
    body: () => manifest.bytes,
    expect: [201, 200, 202],
  });
  const response = await retrying(transport.policy, transport.effects, signal, async () => {
    try {
      return { done: await transport.send(request, signal) };
    } catch (error) {
      const isMissingBlob = refusalCodes(error).includes('MANIFEST_BLOB_UNKNOWN');
      if (!(error instanceof StrataError) || !isMissingBlob) throw error;
      return { failure: error };
    }
  });
  await discardBody(response);
  const stored = response.header('docker-content-digest');
  if (stored !== undefined && stored !== manifest.digest) {
    throw new StrataError(
      'registry-protocol',
      `${transport.registry} stored ${repository} as ${stored} though its digest is ${manifest.digest}.`,
    );
  }
  if (stored === undefined || response.status !== 201) {
    await confirmManifest(transport, repository, selector, manifest.digest, signal);
  }
  return { subjectKept: response.header('oci-subject') !== undefined };
}
