import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { digestOfHex, isDigest } from '../../../engine/oci/digest.ts';
import type { Descriptor, Digest } from '../../../engine/oci/types.ts';
import { Cancelled, StrataError } from '../../../shared/errors.ts';
import type { ByteRange } from '../../oci/image-source.ts';
import { discardBody, type HttpResponse } from '../transport/exchange.ts';
import { guardSpeed } from '../transport/guard-speed.ts';
import { isTransient, networkError } from '../transport/network-error.ts';
import { backoffMs } from '../transport/retry.ts';
import type { RegistryTransport } from '../transport/transport.ts';

type BlobName = Pick<Descriptor, 'digest' | 'size'>;

/** A try that moved so much was worth it: the count of tries starts anew. */
const PROGRESS_BYTES = 1024 * 1024;

/** What a registry says of a blob. */
export interface BlobHead {
  /** Undefined where it does not say. */
  readonly sizeBytes: number | undefined;
  readonly digest: Digest | undefined;
}

/** Asks for a blob (distribution-spec, end-2). @returns undefined where the registry does not have it */
export async function headBlob(
  transport: RegistryTransport,
  repository: string,
  digest: Digest,
  signal?: AbortSignal,
): Promise<BlobHead | undefined> {
  const response = await transport.send(
    {
      method: 'HEAD',
      path: `${repository}/blobs/${digest}`,
      repository,
      access: 'pull',
      expect: [200, 404],
      what: `the blob ${digest}`,
    },
    signal,
  );
  await discardBody(response);
  if (response.status === 404) return undefined;
  const length = Number(response.header('content-length') ?? Number.NaN);
  const said = response.header('docker-content-digest') ?? '';
  return {
    sizeBytes: Number.isSafeInteger(length) ? length : undefined,
    digest: isDigest(said) ? said : undefined,
  };
}

/** The first bytes of a blob, also from a server that ignores `Range`. */
export async function readBlobStart(
  transport: RegistryTransport,
  repository: string,
  blob: BlobName,
  end: number,
  signal?: AbortSignal,
): Promise<Buffer> {
  if (end === 0) return Buffer.alloc(0);
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const piece of await openAt(transport, repository, blob, 0, end, signal)) {
      pieces.push(piece);
      sizeBytes += piece.length;
      if (sizeBytes >= end) break;
    }
  } catch (error) {
    throw networkError(error, transport.registry, signal);
  }
  return Buffer.concat(pieces).subarray(0, end);
}

/**
 * Reads a blob. A connection that drops or crawls is taken up again where it broke off. A whole blob is checked: its
 * size while it is read, its digest before the stream ends.
 *
 * @throws (in the stream) StrataError `network`, or `registry-protocol` where the bytes are not those of the digest.
 */
export function openRemoteBlob(
  transport: RegistryTransport,
  repository: string,
  blob: BlobName,
  range: ByteRange | undefined,
  signal?: AbortSignal,
): Readable {
  return Readable.from(readBlob(transport, repository, blob, range, signal), { objectMode: false });
}

async function* readBlob(
  transport: RegistryTransport,
  repository: string,
  blob: BlobName,
  range: ByteRange | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const { policy, effects } = transport;
  const { start, end } = range ?? { start: 0, end: blob.size };
  const hash = range === undefined ? createHash('sha256') : undefined;
  let offset = start;
  let tries = 0;
  let progressedAt = performance.now();
  while (offset < end) {
    const openedAt = offset;
    try {
      for await (const piece of await openAt(transport, repository, blob, offset, end, signal)) {
        offset += piece.length;
        progressedAt = performance.now();
        if (offset > end) throw mismatch(transport, blob, `more than ${end - start} bytes`);
        hash?.update(piece);
        yield piece;
      }
      // An answer without a length may end early, which looks like its end.
      if (offset < end) throw mismatch(transport, blob, `only ${offset - start} of ${end - start} bytes`);
    } catch (error) {
      const failure = networkError(error, transport.registry, signal);
      if (failure instanceof Cancelled || !isTransient(error)) throw failure;
      tries = offset - openedAt >= PROGRESS_BYTES ? 1 : tries + 1;
      // An answer that begins each time, and stops before its first byte, is no sign of life.
      const isSilent = performance.now() - progressedAt >= transport.timeouts.patienceMs;
      if (tries >= policy.attempts || isSilent) throw failure;
      await effects.sleep(backoffMs(policy, effects, tries), signal);
    }
  }
  const digest = hash && digestOfHex(hash.digest('hex'));
  if (digest !== undefined && digest !== blob.digest) {
    throw mismatch(transport, blob, `bytes whose digest is ${digest}`);
  }
}

function mismatch(transport: RegistryTransport, blob: BlobName, what: string): StrataError {
  return new StrataError(
    'registry-protocol',
    `${transport.registry} sent ${what} for the blob ${blob.digest}.`,
    {
      hint: 'A proxy or mirror in between may have damaged it, or the image was pushed incompletely.',
    },
  );
}

async function openAt(
  transport: RegistryTransport,
  repository: string,
  blob: BlobName,
  offset: number,
  end: number,
  signal: AbortSignal | undefined,
): Promise<AsyncIterable<Buffer>> {
  const partial = offset > 0 || end < blob.size;
  const response = await transport.send(
    {
      method: 'GET',
      path: `${repository}/blobs/${blob.digest}`,
      repository,
      access: 'pull',
      headers: partial ? { range: `bytes=${offset}-${end - 1}` } : {},
      expect: [200, 206],
      retry: 'answers',
      what: `the blob ${blob.digest}`,
    },
    signal,
  );
  const skipBytes = response.status === 200 ? offset : 0;
  try {
    checkLength(transport, response, blob, offset, end);
  } catch (error) {
    response.body.destroy();
    throw error;
  }
  const { timeouts, registry, silence } = transport;
  const pieces = guardSpeed(response.body, timeouts, registry, silence);
  return section(pieces, skipBytes, end - offset);
}

/** An answer that is announced as too long or too short is not worth reading. */
function checkLength(
  transport: RegistryTransport,
  response: HttpResponse,
  blob: BlobName,
  offset: number,
  end: number,
): void {
  const length = response.header('content-length');
  const expected = response.status === 200 ? blob.size : end - offset;
  if (length !== undefined && Number(length) !== expected) {
    throw mismatch(transport, blob, `an answer of ${length} instead of ${expected} bytes`);
  }
  const contentRange = response.header('content-range');
  if (response.status === 206 && contentRange?.startsWith(`bytes ${offset}-`) === false) {
    throw mismatch(transport, blob, `the part ${contentRange} instead of that from ${offset} on`);
  }
}

/** Leaves out the first bytes, for a server that ignores `Range`, and what comes after a part that was asked for. */
async function* section(
  pieces: AsyncIterable<Buffer>,
  skipBytes: number,
  takeBytes: number,
): AsyncGenerator<Buffer> {
  let skip = skipBytes;
  let seen = 0;
  for await (const piece of pieces) {
    const rest = piece.subarray(Math.min(skip, piece.length));
    skip -= piece.length - rest.length;
    if (rest.length === 0) continue;
    seen += rest.length;
    yield rest;
    if (skipBytes > 0 && seen >= takeBytes) return;
  }
}
