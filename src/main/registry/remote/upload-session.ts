import { StrataError } from '../../../shared/errors.ts';
import { discardBody, type HttpResponse } from '../transport/exchange.ts';
import type { RegistryTransport } from '../transport/transport.ts';

/** An upload that has been opened: where the next piece goes, and how much the registry has. */
export interface OpenUpload {
  readonly location: URL;
  readonly offset: number;
  /** The smallest piece that the registry takes, apart from the last. */
  readonly leastChunkBytes: number;
}

export interface UploadTarget {
  readonly transport: RegistryTransport;
  readonly repository: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * Opens an upload (distribution-spec, end-4a), or has the blob linked from another repository of the same registry
 * (end-11).
 *
 * @returns `mounted` where nothing is left to upload.
 */
export async function beginUpload(
  target: UploadTarget,
  mount: { readonly digest: string; readonly from: string } | undefined,
): Promise<OpenUpload | 'mounted'> {
  const { transport, repository, signal } = target;
  const query =
    mount === undefined ? '' : `?${new URLSearchParams({ mount: mount.digest, from: mount.from })}`;
  const response = await transport.send(
    {
      method: 'POST',
      path: `${repository}/blobs/uploads/${query}`,
      repository,
      access: 'push',
      readsFrom: mount?.from,
      headers: { 'content-length': '0' },
      expect: mount === undefined ? [202] : [201, 202],
      what: `an upload to ${repository}`,
    },
    signal,
  );
  await discardBody(response);
  return response.status === 201 ? 'mounted' : openUpload(target, response, 0);
}

/**
 * Asks how far an upload is (end-13).
 *
 * @returns undefined where the registry does not know it, or has given it up.
 */
export async function uploadStatus(target: UploadTarget, location: URL): Promise<OpenUpload | undefined> {
  const { transport, repository, signal } = target;
  const response = await transport.send(
    {
      method: 'GET',
      path: location,
      repository,
      access: 'push',
      expect: [204, 200, 400, 404, 405, 410, 416],
      what: `the state of an upload to ${repository}`,
    },
    signal,
  );
  await discardBody(response);
  if (response.status !== 204 && response.status !== 200) return undefined;
  return openUpload(target, response, receivedBytes(response) ?? 0, location);
}

/** Reads what the registry says of an upload after it has taken a piece of it. */
export function openUpload(
  target: UploadTarget,
  response: HttpResponse,
  offset: number,
  before?: URL,
): OpenUpload {
  const location = response.header('location') ?? before?.href;
  if (location === undefined || !URL.canParse(location, response.url.href)) {
    throw new StrataError(
      'registry-protocol',
      `${target.transport.registry} does not say where to upload to.`,
    );
  }
  const least = Number(response.header('oci-chunk-min-length') ?? 0);
  return {
    location: new URL(location, response.url),
    offset,
    leastChunkBytes: Number.isSafeInteger(least) ? least : 0,
  };
}

/** `Range: 0-N` counts N + 1 bytes. Nothing yet is written as `0-0`, which could as well be one byte. */
export function receivedBytes(response: HttpResponse): number | undefined {
  const match = /^(?:bytes=)?0-(\d+)$/.exec(response.header('range') ?? '');
  if (match === null) return undefined;
  const last = Number(match[1]);
  return last === 0 ? 0 : last + 1;
}
