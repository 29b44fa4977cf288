import { Cancelled, StrataError } from '../../../shared/errors.ts';
import type { Credentials, Keychain } from '../authn/credentials.ts';
import type { Challenge } from './challenge.ts';
import type { Effects } from './effects.ts';
import type { HttpRequest, HttpResponse } from './exchange.ts';
import { networkError } from './network-error.ts';
import { type RetryPolicy, retrying } from './retry.ts';
import { basicAuthorization, readToken, type Token, tokenRequest } from './token.ts';

export interface AuthorizerOptions {
  readonly registry: string;
  readonly keychain: Keychain;
  readonly policy: RetryPolicy;
  readonly effects: Effects;
  readonly exchange: (request: HttpRequest, signal: AbortSignal | undefined) => Promise<HttpResponse>;
}

export interface Authorizer {
  /** The `Authorization` header for a request, or undefined where none is known to be wanted or to be had. */
  authorize(
    registryUrl: URL,
    repository: string,
    scopes: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<string | undefined>;
  /** Whether nothing is known to show for a repository. */
  isAnonymous(repository: string, signal: AbortSignal | undefined): Promise<boolean>;
  /**
   * Takes note of the challenges in a refusal.
   *
   * @param used the header that was refused.
   * @returns whether another try with a new header makes sense.
   */
  learn(challenges: readonly Challenge[], scopes: readonly string[], used: string | undefined): boolean;
}

/** Keeps the challenges and tokens of one registry. Simultaneous requests for one scope share one token request. */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { registry, keychain, policy, effects } = options;
  const credentials = new Map<string, Promise<Credentials>>();
  const tokens = new Map<string, Promise<Token>>();
  /** The token that was shown last, by its scopes. */
  const shownTokens = new Map<string, string>();
  let challenges: readonly Challenge[] = [];

  function lookUp(repository: string, signal: AbortSignal | undefined): Promise<Credentials> {
    return remembered(credentials, repository, () => keychain(registry, repository, signal));
  }

  async function requestToken(
    challenge: Challenge,
    registryUrl: URL,
    scopes: readonly string[],
    shown: Credentials,
    signal: AbortSignal | undefined,
  ): Promise<Token> {
    const message = tokenRequest(challenge, scopes, shown, registryUrl);
    return retrying(policy, effects, signal, async () => {
      let response: HttpResponse;
      try {
        response = await options.exchange(message, signal);
      } catch (cause) {
        const failure = networkError(cause, message.url.host, signal);
        if (failure instanceof Cancelled) throw failure;
        return { failure };
      }
      return readToken(response, registry, effects.now());
    });
  }

  async function freshToken(scopeKey: string, start: () => Promise<Token>): Promise<Token> {
    const known = remembered(tokens, scopeKey, start);
    const token = await known;
    if (token.expiresAt > effects.now()) return token;
    // Of several that find it old, the first asks for a new one.
    if (tokens.get(scopeKey) === known) tokens.delete(scopeKey);
    return remembered(tokens, scopeKey, start);
  }

  return {
    async authorize(registryUrl, repository, scopes, signal) {
      const shown = await lookUp(repository, signal);
      if (shown.type === 'registry-token') return `Bearer ${shown.token.reveal()}`;
      const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
      if (bearer !== undefined) {
        const scopeKey = scopes.join(' ');
        const token = await freshToken(scopeKey, () =>
          requestToken(bearer, registryUrl, scopes, shown, signal),
        );
        const header = `Bearer ${token.value.reveal()}`;
        shownTokens.set(scopeKey, header);
        return header;
      }
      const basic = challenges.some(({ scheme }) => scheme === 'basic');
      if (basic && shown.type === 'identity-token') {
        throw new StrataError(
          'registry-unauthorized',
          `${registry} wants a password, not an identity token.`,
        );
      }
      return basic && shown.type === 'basic' ? basicAuthorization(shown) : undefined;
    },

    async isAnonymous(repository, signal) {
      return (await lookUp(repository, signal)).type === 'anonymous';
    },

    learn(offered, scopes, used) {
      if (offered.length > 0) challenges = offered;
      const bearer = challenges.some(({ scheme }) => scheme === 'bearer');
      const scopeKey = scopes.join(' ');
      // Another request may have asked for a new token since the refused one was shown.
      if (bearer && used !== undefined && used === shownTokens.get(scopeKey)) {
        shownTokens.delete(scopeKey);
        tokens.delete(scopeKey);
      }
      return bearer || used === undefined;
    },
  };
}

/** The value for a key, computed once; a failure is not remembered. */
function remembered<T>(known: Map<string, Promise<T>>, key: string, compute: () => Promise<T>): Promise<T> {
  const existing = known.get(key);
  if (existing !== undefined) return existing;
  const started = compute();
  known.set(key, started);
  started.catch(() => {
    if (known.get(key) === started) known.delete(key);
  });
  return started;
}
