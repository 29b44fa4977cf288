import type { Socket } from 'node:net';
import { Agent, buildConnector, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { isLoopback } from '../../oci/reference.ts';
import { secureContextOf, type TlsIdentity } from './certificates.ts';

export interface Timeouts {
  readonly connectMs: number;
  /** Of one try: from the last byte of the request to the first of the answer. */
  readonly headersMs: number;
  /** Between two pieces of an answer. */
  readonly idleMs: number;
  /** A download whose speed stays below `bytesPerSecond` for so long is broken off and continued anew. */
  readonly slowMs: number;
  readonly slowBytesPerSecond: number;
  /** The longest silence of a host over all tries, see {@link watchSilence}. */
  readonly patienceMs: number;
}

export const DEFAULT_TIMEOUTS: Timeouts = {
  connectMs: 15_000,
  headersMs: 30_000,
  idleMs: 30_000,
  slowMs: 30_000,
  slowBytesPerSecond: 1024,
  patienceMs: 60_000,
};

export interface DispatcherOptions {
  readonly tls: TlsIdentity;
  readonly timeouts: Timeouts;
  /** Read for `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Connections that are let go of while they are being made: undici waits for them until they time out, and so would the
 * process.
 */
function abandonable(connect: buildConnector.connector, abandoned: AbortSignal): buildConnector.connector {
  return (target, callback) => {
    // Its type does not say that it gives the socket.
    const socket: unknown = connect(target, (...result: [null, Socket] | [Error, null]) => {
      abandoned.removeEventListener('abort', abandon);
      callback(...result);
    });
    const abandon = (): void => void (socket as Socket).destroy();
    abandoned.addEventListener('abort', abandon, { once: true });
  };
}

/** Reads the certificates when a connection first has TLS. */
function connector(
  options: buildConnector.BuildOptions,
  tls: TlsIdentity,
  verify: boolean,
): buildConnector.connector {
  const plain = buildConnector(options);
  let secure: buildConnector.connector | undefined;
  return (target, callback) => {
    if (target.protocol !== 'https:') return plain(target, callback);
    secure ??= buildConnector({ ...options, secureContext: secureContextOf(tls, verify) });
    return secure(target, callback);
  };
}

export interface Connected {
  readonly dispatcher: Dispatcher;
  /** Breaks off whatever is under way. */
  close(): Promise<void>;
}

/** Connections to one host. What is on this machine is never reached through a proxy. */
export function createDispatcher(host: string, verify: boolean, options: DispatcherOptions): Connected {
  const { tls, timeouts, env } = options;
  const abandoned = new AbortController();
  const connect = {
    rejectUnauthorized: verify,
    timeout: timeouts.connectMs,
    // Uploads stream their bodies; HTTP/1.1 is what registries are used with and what is tested here.
    allowH2: false,
  };
  const common = {
    connect: abandonable(connector(connect, tls, verify), abandoned.signal),
    allowH2: false,
    headersTimeout: timeouts.headersMs,
    bodyTimeout: timeouts.idleMs,
  };
  const dispatcher = isLoopback(host)
    ? new Agent(common)
    : new EnvHttpProxyAgent({
        ...common,
        requestTls: { ...connect, secureContext: secureContextOf(tls, verify) },
        httpProxy: env.http_proxy ?? env.HTTP_PROXY ?? '',
        httpsProxy: env.https_proxy ?? env.HTTPS_PROXY ?? '',
        noProxy: env.no_proxy ?? env.NO_PROXY ?? '',
      });
  return {
    dispatcher,
    async close() {
      abandoned.abort();
      await dispatcher.destroy();
    },
  };
}
