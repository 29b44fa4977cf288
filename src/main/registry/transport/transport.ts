import type { Readable } from 'node:stream';
import { Cancelled, StrataError } from '../../../shared/errors.ts';
import { apiHost } from '../../oci/reference.ts';
import type { Keychain } from '../authn/credentials.ts';
import { userKeychain } from '../authn/keychain.ts';
import { createAuthorizer } from './authorizer.ts';
import { parseChallenges } from './challenge.ts';
import { openConnections } from './connections.ts';
import { DEFAULT_TIMEOUTS, type Timeouts } from './dispatcher.ts';
import { type Effects, systemEffects } from './effects.ts';
import { findEndpoint } from './endpoint.ts';
import { isTransientStatus, refusal } from './error-body.ts';
import { discardBody, type HttpRequest, type HttpResponse } from './exchange.ts';
import { isTransient, networkError } from './network-error.ts';
import { DEFAULT_RETRY_POLICY, parseRetryAfter, type RetryPolicy, retrying } from './retry.ts';
import { type OnWaiting, type SilenceWatch, watchSilence } from './silence.ts';

export interface TransportOptions {
  readonly keychain?: Keychain | undefined;
  /** Allows plain HTTP and certificates that nobody vouches for. On this machine plain HTTP is always allowed. */
  readonly insecure?: boolean | undefined;
  /** A PEM file of authorities to trust besides the machine's own. */
  readonly caFile?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
  readonly onWaiting?: OnWaiting | undefined;
  readonly policy?: RetryPolicy | undefined;
  readonly effects?: Effects | undefined;
}

export interface RegistryRequest {
  readonly method: HttpRequest['method'];
  /** Below `/v2/`, or a whole address that the registry gave out. */
  readonly path: string | URL;
  readonly repository: string;
  readonly access: 'pull' | 'push';
  /** A second repository that is read from. */
  readonly readsFrom?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Called again for every try. */
  /** What the registry has to go through before it answers. */
  readonly heavyBytes?: number;
  readonly body?: () => Uint8Array | Readable | Promise<Readable>;
  /** Statuses that are an answer; every other one is an error. */
  readonly expect: readonly number[];
  /** What is asked for, for error messages: `the blob sha256:…`. */
  readonly what: string;
  /** `answers` tries again after an answer such as 503 only, and leaves dropped connections to the caller. */
  readonly retry?: 'all' | 'answers';
}

/** A connection to one registry that knows how to reach it and how to convince it. */
export interface RegistryTransport {
  readonly registry: string;
  readonly policy: RetryPolicy;
  readonly timeouts: Timeouts;
  readonly silence: SilenceWatch;
  readonly effects: Effects;
  /**
   * The body of the answer must be read or dumped.
   *
   * @throws StrataError `network` or a `registry-…` code; Cancelled.
   */
  send(request: RegistryRequest, signal?: AbortSignal): Promise<HttpResponse>;
  close(): Promise<void>;
}

/** Nothing is sent before the first request. */
export function openTransport(registry: string, options: TransportOptions = {}): RegistryTransport {
  const { keychain = userKeychain(options.env), insecure = false, caFile, env = process.env } = options;
  const { policy = DEFAULT_RETRY_POLICY, effects = systemEffects } = options;
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const silence = watchSilence(timeouts.patienceMs, options.onWaiting);
  const connections = openConnections({ host: apiHost(registry), insecure, caFile, env, timeouts, silence });
  const authorizer = createAuthorizer({
    registry,
    keychain,
    policy,
    effects,
    exchange: connections.exchange,
  });
  let reached: Promise<URL> | undefined;

  async function reach(signal: AbortSignal | undefined): Promise<URL> {
    const { url, challenges } = await retrying(policy, effects, signal, () =>
      findEndpoint(registry, insecure, effects.now(), (ping) => connections.exchange(ping, signal), signal),
    );
    authorizer.learn(challenges, [], undefined);
    return url;
  }

  function endpoint(signal: AbortSignal | undefined): Promise<URL> {
    if (reached !== undefined) return reached;
    const started = reach(signal);
    reached = started;
    started.catch(() => {
      reached = undefined;
    });
    return started;
  }

  async function sendAuthorized(
    request: RegistryRequest,
    origin: URL,
    signal: AbortSignal | undefined,
  ): Promise<HttpResponse> {
    const url = targetUrl(request.path, origin);
    const scopes = scopesOf(request);
    for (let tries = 1; ; tries += 1) {
      const authorization =
        url.origin === origin.origin
          ? await authorizer.authorize(origin, request.repository, scopes, signal)
          : undefined;
      const response = await connections.exchange(
        {
          method: request.method,
          url,
          headers: { ...request.headers, ...(authorization === undefined ? {} : { authorization }) },
          body: await request.body?.(),
          heavyBytes: request.heavyBytes,
        },
        signal,
      );
      // Where the registry redirects to may not say whom the registry's credentials are shown to.
      const isOwn = response.url.origin === origin.origin;
      if (response.status !== 401 || !isOwn || tries === 2) return response;
      const challenges = parseChallenges(response.headers('www-authenticate'));
      if (!authorizer.learn(challenges, scopes, authorization)) return response;
      await discardBody(response);
    }
  }

  return {
    registry,
    policy,
    timeouts,
    silence,
    effects,
    async send(request, signal) {
      const origin = await endpoint(signal);
      return retrying(policy, effects, signal, async () => {
        let response: HttpResponse;
        try {
          response = await sendAuthorized(request, origin, signal);
        } catch (error) {
          const failure = networkError(error, origin.host, signal);
          if (failure instanceof Cancelled || !isTransient(error) || request.retry === 'answers')
            throw failure;
          return { failure };
        }
        if (request.expect.includes(response.status)) return { done: response };
        const retryAfterMs = parseRetryAfter(response.header('retry-after'), effects.now());
        const isAnonymous =
          response.status === 401 && (await authorizer.isAnonymous(request.repository, signal));
        const failure = await refusal(response, registry, request.what, isAnonymous);
        if (!isTransientStatus(response.status)) throw failure;
        return { failure, retryAfterMs };
      });
    },
    close: connections.close,
  };
}

function scopesOf(request: RegistryRequest): readonly string[] {
  const actions = request.access === 'push' ? 'pull,push' : 'pull';
  const own = `repository:${request.repository}:${actions}`;
  return request.readsFrom === undefined ? [own] : [own, `repository:${request.readsFrom}:pull`];
}

/** @throws StrataError `registry-protocol` where a registry reached by TLS gives out an address without it. */
function targetUrl(path: string | URL, origin: URL): URL {
  const url = typeof path === 'string' ? new URL(`/v2/${path}`, origin) : path;
  if (origin.protocol === 'https:' && url.protocol !== 'https:') {
    throw new StrataError(
      'registry-protocol',
      `${origin.host} gave out an address without TLS: ${url.origin}.`,
      {
        hint: 'Whoever runs the registry has to make its proxy send X-Forwarded-Proto.',
      },
    );
  }
  return url;
}
