import type { Dispatcher } from 'undici';
import { certificateDirectories, readTlsIdentity, type TlsIdentity } from './certificates.ts';
import { createDispatcher, type Timeouts } from './dispatcher.ts';
import { exchange, type HttpRequest, type HttpResponse } from './exchange.ts';

export interface ConnectionOptions {
  /** Host of the registry, with its port if it has one. */
  readonly host: string;
  readonly insecure: boolean;
  readonly caFile: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly timeouts: Timeouts;
}

/** The connections of one transport: to the registry, its token server, and wherever they redirect to. */
export interface Connections {
  /** One request and its answer, without authorization or another try. Errors are those of undici. */
  exchange(request: HttpRequest, signal: AbortSignal | undefined): Promise<HttpResponse>;
  close(): Promise<void>;
}

const USER_AGENT = 'strata';

export function openConnections(options: ConnectionOptions): Connections {
  const { host, insecure, caFile, env, timeouts } = options;
  const registryHostname = new URL(`https://${host}`).hostname;
  const dispatchers = new Map<string, Dispatcher>();
  let identity: Promise<TlsIdentity> | undefined;

  return {
    async exchange(request, signal) {
      identity ??= readTlsIdentity(certificateDirectories(host, env), caFile);
      const tls = await identity;
      const dispatcherFor = (url: URL): Dispatcher => {
        const known = dispatchers.get(url.hostname);
        if (known !== undefined) return known;
        // Only the registry itself may go unverified when that was asked for, not where it redirects to.
        const verify = !(insecure && url.hostname === registryHostname);
        const dispatcher = createDispatcher(url.hostname, verify, { tls, timeouts, env });
        dispatchers.set(url.hostname, dispatcher);
        return dispatcher;
      };
      const headers = { 'user-agent': USER_AGENT, ...request.headers };
      return exchange(dispatcherFor, { ...request, headers }, signal);
    },
    async close() {
      await Promise.all([...dispatchers.values()].map((dispatcher) => dispatcher.destroy()));
    },
  };
}
