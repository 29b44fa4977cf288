import { z } from 'zod';
import { StrataError } from '../../../shared/errors.ts';
import { type Secret, secret } from '../../log/secret.ts';
import { isLoopback } from '../../oci/reference.ts';
import type { Credentials } from '../authn/credentials.ts';
import type { Challenge } from './challenge.ts';
import { isTransientStatus, refusal } from './error-body.ts';
import { type HttpRequest, type HttpResponse, readBody } from './exchange.ts';
import { type Attempt, parseRetryAfter } from './retry.ts';

export interface Token {
  readonly value: Secret;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const answerSchema = z.looseObject({
  token: z.string().optional(),
  access_token: z.string().optional(),
  // Nonsense here is no reason to do without the token.
  expires_in: z.number().positive().optional().catch(undefined),
});
/** What the specification says of a token that does not say itself. */
const DEFAULT_LIFETIME_S = 60;
/** A token is not used in the last tenth of its life, so that it does not end on the way. */
const USABLE_SHARE = 0.9;
const LONGEST_ANSWER = 1024 * 1024;

/**
 * The request that a bearer challenge asks for: a GET with basic credentials or none, or a form with the identity
 * token. (Distribution, "Token Authentication Specification" and "OAuth2".)
 *
 * @throws StrataError `registry-protocol` where the challenge names no realm, or one to which credentials would travel
 *   in the clear over a network, unless that was allowed for the registry itself.
 */
export function tokenRequest(
  challenge: Challenge,
  scopes: readonly string[],
  credentials: Credentials,
  registryUrl: URL,
): HttpRequest {
  const realm = challenge.parameters.get('realm') ?? '';
  const service = challenge.parameters.get('service');
  if (!URL.canParse(realm)) {
    throw new StrataError(
      'registry-protocol',
      `${registryUrl.host} asks for a token but does not say where.`,
    );
  }
  const url = new URL(realm);
  if (url.protocol !== 'https:' && !mayGoInTheClear(url, registryUrl)) {
    throw new StrataError(
      'registry-protocol',
      `${registryUrl.host} sends credentials to ${url.protocol}//${url.host}, which is not protected by TLS.`,
    );
  }
  if (credentials.type === 'identity-token') {
    const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'strata' });
    if (service !== undefined) form.set('service', service);
    form.set('scope', scopes.join(' '));
    form.set('refresh_token', credentials.token.reveal());
    return {
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    };
  }
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  return {
    method: 'GET',
    url,
    headers: credentials.type === 'basic' ? { authorization: basicAuthorization(credentials) } : {},
  };
}

/**
 * A registry on another machine is reached without TLS only where the user allowed that; one on this machine always is,
 * which says nothing of a token server that is elsewhere.
 */
function mayGoInTheClear(realm: URL, registryUrl: URL): boolean {
  if (realm.protocol !== 'http:' || registryUrl.protocol === 'https:') return false;
  return isLoopback(realm.host) || !isLoopback(registryUrl.host);
}

export function basicAuthorization(credentials: Extract<Credentials, { type: 'basic' }>): string {
  const pair = `${credentials.username}:${credentials.password.reveal()}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}

/** Reads a token server's answer: a token, a failure that may pass, or (thrown) a refusal. */
export async function readToken(
  response: HttpResponse,
  registry: string,
  now: number,
): Promise<Attempt<Token>> {
  if (isTransientStatus(response.status)) {
    const retryAfterMs = parseRetryAfter(response.header('retry-after'), now);
    return { failure: await refusal(response, registry, 'a token'), retryAfterMs };
  }
  if (response.status !== 200) throw await refusal(response, registry, 'a token');
  const parsed = answerSchema.safeParse(
    parseJson((await readBody(response, LONGEST_ANSWER)).toString('utf8')),
  );
  const value = parsed.data?.token || parsed.data?.access_token;
  if (!value) {
    throw new StrataError(
      'registry-protocol',
      `The token server ${response.url.host} answered without a token.`,
    );
  }
  const lifetimeMs = (parsed.data?.expires_in ?? DEFAULT_LIFETIME_S) * 1000;
  return { done: { value: secret(value), expiresAt: now + lifetimeMs * USABLE_SHARE } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
