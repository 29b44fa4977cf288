import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { openStoredBlob } from '../images/checked-blob.ts';
import { bytesSource } from '../oci/bytes.ts';
import type { ServedBlob } from './served-images.ts';

/** A part of a blob, `end` not included. */
interface Part {
  readonly start: number;
  readonly end: number;
}

/**
 * What a `Range` header asks for (RFC 9110, section 14.2): undefined for the whole, which is also the answer to a
 * header that is not understood or asks for several parts.
 */
export function requestedPart(header: string | undefined, size: number): Part | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size };
  }
  const start = Number(first);
  const end = last === '' ? size : Math.min(Number(last) + 1, size);
  if (last !== '' && Number(last) < start) return undefined;
  return start < size ? { start, end } : 'unsatisfiable';
}

/**
 * Answers with a blob or the part of it that was asked for. A file that is damaged breaks the connection off before its
 * end, so that no client takes it for whole.
 */
export async function sendBlob(
  request: IncomingMessage,
  response: ServerResponse,
  blob: ServedBlob,
): Promise<void> {
  const { digest, size, mediaType } = blob.descriptor;
  const headers = {
    'content-type': mediaType,
    'docker-content-digest': digest,
    etag: `"${digest}"`,
    'accept-ranges': 'bytes',
    'cache-control': 'private, max-age=31536000, immutable',
  };
  const part = requestedPart(request.headers.range, size);
  if (part === 'unsatisfiable') {
    response.writeHead(416, { ...headers, 'content-range': `bytes */${size}`, 'content-length': 0 }).end();
    return;
  }
  const { start, end } = part ?? { start: 0, end: size };
  response.writeHead(part === undefined ? 200 : 206, {
    ...headers,
    'content-length': end - start,
    ...(part === undefined ? {} : { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const body =
    blob.type === 'bytes'
      ? await bytesSource(blob.bytes).openBlob(blob.descriptor, part)
      : openStoredBlob(blob.file, blob.descriptor, part);
  await pipeline(body, response);
}
