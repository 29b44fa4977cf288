import { StrataError } from '../../../shared/errors.ts';
import { apiHost, isLoopback } from '../../oci/reference.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import { isTransientStatus, refusal } from './error-body.ts';
import { discardBody, type HttpRequest, type HttpResponse } from './exchange.ts';
import { isPlainHttp, isRefused, isTransient, networkError } from './network-error.ts';
import { type Attempt, parseRetryAfter } from './retry.ts';

/** How a registry is reached and what it wants to be shown. */
export interface Endpoint {
  /** Scheme, host and port. */
  readonly url: URL;
  readonly challenges: readonly Challenge[];
}

/**
 * Asks `GET /v2/` (distribution-spec, end-1): over TLS, or else in the clear where that is allowed.
 *
 * @param insecure allows plain HTTP elsewhere than on this machine.
 */
export async function findEndpoint(
  registry: string,
  insecure: boolean,
  now: number,
  exchange: (request: HttpRequest) => Promise<HttpResponse>,
  signal: AbortSignal | undefined,
): Promise<Attempt<Endpoint>> {
  const host = apiHost(registry);
  const hasPort = /:\d+$/.test(registry);
  const mayFallBack = (error: unknown): boolean =>
    isLoopback(registry)
      ? isPlainHttp(error) || isTransient(error)
      : insecure && (isPlainHttp(error) || (!hasPort && isRefused(error)));

  const ping = async (scheme: string) => {
    const url = new URL(`${scheme}://${host}/v2/`);
    return { url: new URL(url.origin), response: await exchange({ method: 'GET', url, headers: {} }) };
  };
  let answer: { readonly url: URL; readonly response: HttpResponse };
  try {
    answer = await ping('https').catch((error: unknown) => {
      if (signal?.aborted || !mayFallBack(error)) throw error;
      return ping('http');
    });
  } catch (error) {
    const failure = networkError(error, host, signal);
    if (failure instanceof StrataError && isTransient(error)) return { failure };
    throw failure;
  }

  const { url, response } = answer;
  switch (response.status) {
    case 200:
      if (await isWebPage(response)) {
        throw new StrataError(
          'registry-protocol',
          `${registry} is not a container registry: it answers with a web page.`,
          { hint: 'Check the name and the port. A proxy in between may also answer in its place.' },
        );
      }
      return { done: { url, challenges: [] } };
    case 401:
      await discardBody(response);
      // Another host that the question was redirected to does not speak for the registry.
      return {
        done: {
          url,
          challenges:
            response.url.origin === url.origin ? parseChallenges(response.headers('www-authenticate')) : [],
        },
      };
    case 404:
      await discardBody(response);
      throw new StrataError('registry-protocol', `${registry} is not a container registry: it has no /v2/.`);
    default: {
      const retryAfterMs = parseRetryAfter(response.header('retry-after'), now);
      const failure = await refusal(response, registry, 'its API');
      if (isTransientStatus(response.status)) return { failure, retryAfterMs };
      throw failure;
    }
  }
}

/** Lets go of the answer. Some registries call `true` or nothing at all text/html. */
async function isWebPage(response: HttpResponse): Promise<boolean> {
  if (response.header('content-type')?.startsWith('text/html') !== true) {
    await discardBody(response);
    return false;
  }
  try {
    for await (const piece of response.body as AsyncIterable<Buffer>)
      return /^\s*</.test(piece.toString('latin1'));
  } catch {
    // A connection that drops here shows with the next request.
  }
  return false;
}
