import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** A secret that fits into a URL and a cookie: 32 random bytes. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Compares secrets in a time that does not tell how much of them is right. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

export interface HostPolicy {
  /** Names by which the server may be called, without port. Any port: an SSH tunnel often has another one. */
  readonly hostNames: readonly string[];
}

export const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Whether the `Host` header is one of ours. A page that had its own name resolved to this machine (DNS rebinding) calls
 * with that name and is refused here.
 */
export function isOurHost(headers: IncomingHttpHeaders, { hostNames }: HostPolicy): boolean {
  const name = hostName(headers);
  return name !== undefined && hostNames.includes(name);
}

/** The name in the `Host` header, without port. */
function hostName({ host = '' }: IncomingHttpHeaders): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[^:]+)(?::\d{1,5})?$/i.exec(host)?.[1]?.toLowerCase();
}

/**
 * Whether a request that names an origin comes from a page of this server. Under a name that the user has given it,
 * there may be a proxy in front that does TLS. `required` for WebSockets.
 */
export function isOurOrigin(headers: IncomingHttpHeaders, required: boolean): boolean {
  if (headers.origin === undefined) return !required;
  const origin = headers.origin.toLowerCase();
  const host = headers.host?.toLowerCase();
  const mayHaveProxy = !LOOPBACK_NAMES.includes(hostName(headers) ?? '');
  return origin === `http://${host}` || (mayHaveProxy && origin === `https://${host}`);
}

/** Value of a cookie of a request, or undefined. */
export function cookieOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}
