import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openStoredBlob } from '../images/checked-blob.ts';
import { bytesSource } from '../oci/bytes.ts';
import { contentRange, type Part, requestedParts } from './byte-ranges.ts';
import type { ServedBlob } from './served-images.ts';

/** What a digest names never changes. */
const FOREVER = 'private, max-age=31536000, immutable';

/**
 * Answers with a blob or the parts of it that were asked for. A file that is damaged breaks the connection off before its
 * end, so that no client takes it for whole.
 *
 * @param cacheControl for how long a client may take it for what is at its address.
 */
export async function sendBlob(
  request: IncomingMessage,
  response: ServerResponse,
  blob: ServedBlob,
  cacheControl = FOREVER,
): Promise<void> {
  const { digest, size, mediaType } = blob.descriptor;
  const headers = {
    'docker-content-digest': digest,
    etag: `"${digest}"`,
    'accept-ranges': 'bytes',
    'cache-control': cacheControl,
  };
  const parts = requestedParts(request.headers.range, size);
  if (parts === 'unsatisfiable') {
    response.writeHead(416, { ...headers, 'content-range': `bytes */${size}`, 'content-length': 0 }).end();
    return;
  }
  const answer = answerOf(blob, parts, mediaType);
  response.writeHead(parts === undefined ? 200 : 206, { ...headers, ...answer.headers });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  await pipeline(await answer.open(), response);
}

interface Answer {
  readonly headers: Readonly<Record<string, string | number>>;
  readonly open: () => Promise<Readable>;
}

function answerOf(blob: ServedBlob, parts: readonly Part[] | undefined, mediaType: string): Answer {
  const { size } = blob.descriptor;
  const [first = { start: 0, end: size }, ...others] = parts ?? [];
  if (others.length > 0) return severalParts(blob, [first, ...others], mediaType);
  return {
    headers: {
      'content-type': mediaType,
      'content-length': first.end - first.start,
      ...(parts === undefined ? {} : { 'content-range': contentRange(first, size) }),
    },
    open: () => openBlob(blob, parts === undefined ? undefined : first),
  };
}

/** As `multipart/byteranges` (RFC 9110, section 14.6). */
function severalParts(blob: ServedBlob, parts: readonly Part[], mediaType: string): Answer {
  const { digest, size } = blob.descriptor;
  // No file holds its own digest, and so none has this between two lines.
  const boundary = digest.replace(':', '-');
  const heads = parts.map((part, index) =>
    Buffer.from(
      `${index === 0 ? '' : '\r\n'}--${boundary}\r\nContent-Type: ${mediaType}\r\nContent-Range: ${contentRange(part, size)}\r\n\r\n`,
    ),
  );
  const end = Buffer.from(`\r\n--${boundary}--\r\n`);
  const bytes = [...heads, end].reduce((sum, { length }) => sum + length, 0);
  async function* pieces(): AsyncGenerator<Buffer> {
    for (const [index, part] of parts.entries()) {
      yield heads[index] ?? Buffer.alloc(0);
      yield* await openBlob(blob, part);
    }
    yield end;
  }
  return {
    headers: {
      'content-type': `multipart/byteranges; boundary=${boundary}`,
      'content-length': parts.reduce((sum, part) => sum + part.end - part.start, bytes),
    },
    open: async () => Readable.from(pieces(), { objectMode: false }),
  };
}

async function openBlob(blob: ServedBlob, part: Part | undefined): Promise<Readable> {
  return blob.type === 'bytes'
    ? await bytesSource(blob.bytes).openBlob(blob.descriptor, part)
    : openStoredBlob(blob.file, blob.descriptor, part);
}
