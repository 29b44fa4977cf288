import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { isLoopback } from '../../oci/reference.ts';
import type { TlsIdentity } from './certificates.ts';

export interface Timeouts {
  readonly connectMs: number;
  /** From the last byte of the request to the first of the answer. */
  readonly headersMs: number;
  /** Between two pieces of an answer. */
  readonly idleMs: number;
  /** A download whose speed stays below `bytesPerSecond` for so long is broken off and continued anew. */
  readonly slowMs: number;
  readonly slowBytesPerSecond: number;
}

export const DEFAULT_TIMEOUTS: Timeouts = {
  connectMs: 15_000,
  headersMs: 120_000,
  idleMs: 60_000,
  slowMs: 30_000,
  slowBytesPerSecond: 1024,
};

export interface DispatcherOptions {
  readonly tls: TlsIdentity;
  readonly timeouts: Timeouts;
  /** Read for `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`. */
  readonly env: NodeJS.ProcessEnv;
}

/** Connections to one host. What is on this machine is never reached through a proxy. */
export function createDispatcher(host: string, verify: boolean, options: DispatcherOptions): Dispatcher {
  const { tls, timeouts, env } = options;
  const connect = { ...tls, rejectUnauthorized: verify, timeout: timeouts.connectMs };
  const common = {
    connect,
    // Uploads stream their bodies; HTTP/1.1 is what registries are used with and what is tested here.
    allowH2: false,
    headersTimeout: timeouts.headersMs,
    bodyTimeout: timeouts.idleMs,
  };
  if (isLoopback(host)) return new Agent(common);
  return new EnvHttpProxyAgent({
    ...common,
    requestTls: connect,
    httpProxy: env.http_proxy ?? env.HTTP_PROXY ?? '',
    httpsProxy: env.https_proxy ?? env.HTTPS_PROXY ?? '',
    noProxy: env.no_proxy ?? env.NO_PROXY ?? '',
  });
}
