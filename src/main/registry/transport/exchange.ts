import type { Readable } from 'node:stream';
import { type Dispatcher, request } from 'undici';
import { StrataError } from '../../../shared/errors.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string | Readable | undefined;
  /** What the other side has to go through before it answers; 0 where it is little. */
  readonly heavyBytes?: number | undefined;
}

export interface HttpResponse {
  readonly status: number;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  /** @param name in lower case. Repeated headers are joined with a comma. */
  header(name: string): string | undefined;
  headers(name: string): readonly string[];
  readonly body: Dispatcher.ResponseData['body'];
}

const MOST_REDIRECTS = 5;

/**
 * One request and its answer, over redirects for GET and HEAD. `Authorization` stays with the host that it was meant
 * for: it is not sent along to another one. A redirect from https to http is refused.
 *
 * @param dispatcherFor the connections for a host.
 */
export async function exchange(
  dispatcherFor: (url: URL) => Dispatcher,
  message: HttpRequest & { readonly headersTimeoutMs?: number },
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  let url = message.url;
  let headers = message.headers;
  for (let redirects = 0; ; redirects += 1) {
    const answer = await request(url, {
      dispatcher: dispatcherFor(url),
      method: message.method,
      headers,
      body: message.body ?? null,
      ...(message.headersTimeoutMs !== undefined && { headersTimeout: message.headersTimeoutMs }),
      signal: signal ?? null,
    });
    const location = answer.headers.location;
    const follows = [301, 302, 303, 307, 308].includes(answer.statusCode) && location !== undefined;
    if (!follows || (message.method !== 'GET' && message.method !== 'HEAD')) {
      return toResponse(answer, url);
    }
    await discardBody({ body: answer.body, url });
    if (redirects === MOST_REDIRECTS) {
      throw new StrataError('registry-protocol', `${message.url.host} redirects in a circle.`);
    }
    const next = new URL(String(location), url);
    if (url.protocol === 'https:' && next.protocol !== 'https:') {
      throw new StrataError(
        'registry-protocol',
        `${url.host} redirects from https to ${next.protocol}//${next.host}.`,
      );
    }
    if (next.origin !== message.url.origin) {
      const { authorization: _, ...others } = headers;
      headers = others;
    }
    url = next;
  }
}

function toResponse(answer: Dispatcher.ResponseData, url: URL): HttpResponse {
  const headers = (name: string): readonly string[] => {
    const value = answer.headers[name];
    return value === undefined ? [] : Array.isArray(value) ? value : [value];
  };
  return {
    status: answer.statusCode,
    url,
    headers,
    header: (name) => (headers(name).length === 0 ? undefined : headers(name).join(', ')),
    body: answer.body,
  };
}

const LONGEST_READ_MS = 60_000;

/**
 * A short answer as a whole.
 *
 * @throws StrataError `registry-protocol` when it is longer than `limitBytes`; an error to be tried again when it takes
 *   too long, as with a server that drips.
 */
export async function readBody(
  response: Pick<HttpResponse, 'body' | 'url'>,
  limitBytes: number,
  longestMs = LONGEST_READ_MS,
): Promise<Buffer> {
  const { host } = response.url;
  const timer = setTimeout(() => {
    const problem = Object.assign(new Error(`no end after ${longestMs} ms`), {
      code: 'UND_ERR_BODY_TIMEOUT',
    });
    response.body.destroy(problem);
  }, longestMs);
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const piece of response.body as AsyncIterable<Buffer>) {
      sizeBytes += piece.length;
      if (sizeBytes > limitBytes) {
        throw new StrataError(
          'registry-protocol',
          `${host} sent more than ${limitBytes} bytes where a short answer was expected.`,
        );
      }
      pieces.push(piece);
    }
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(pieces);
}

const LONGEST_DISCARDED = 64 * 1024;
const LONGEST_DISCARD_MS = 5_000;

/** Lets go of an answer whose body says nothing, so that its connection can be used again: where that is quickly done. */
export async function discardBody(
  response: Pick<HttpResponse, 'body' | 'url'>,
  longestMs = LONGEST_DISCARD_MS,
): Promise<void> {
  try {
    await readBody(response, LONGEST_DISCARDED, longestMs);
  } catch {
    response.body.destroy();
  }
}
