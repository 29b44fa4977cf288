import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { certificateDirectories, readTlsIdentity, type TlsIdentity } from './certificates.ts';
import { type Connected, createDispatcher, type Timeouts } from './dispatcher.ts';
import { exchange, type HttpRequest, type HttpResponse } from './exchange.ts';
import type { SilenceWatch } from './silence.ts';

export interface ConnectionOptions {
  /** Host of the registry, with its port if it has one. */
  readonly host: string;
  readonly insecure: boolean;
  readonly caFile: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly timeouts: Timeouts;
  readonly silence: SilenceWatch;
}

/** The connections of one transport: to the registry, its token server, and wherever they redirect to. */
export interface Connections {
  /** One request and its answer, without authorization or another try. Errors are those of undici. */
  exchange(request: HttpRequest, signal: AbortSignal | undefined): Promise<HttpResponse>;
  close(): Promise<void>;
}

const USER_AGENT = 'strata';
/** A registry that has to store and hash a blob before it answers is at least this fast. */
const HEAVY_BYTES_PER_SECOND = 10_000_000;

export function openConnections(options: ConnectionOptions): Connections {
  const { host, insecure, caFile, env, timeouts, silence } = options;
  const registryHostname = new URL(`https://${host}`).hostname;
  const dispatchers = new Map<string, Connected>();
  let identity: Promise<TlsIdentity> | undefined;

  return {
    async exchange(request, signal) {
      identity ??= readTlsIdentity(certificateDirectories(host, env), caFile);
      const tls = await identity;
      const dispatcherFor = (url: URL): Dispatcher => {
        const known = dispatchers.get(url.hostname);
        if (known !== undefined) return known.dispatcher;
        // Only the registry itself may go unverified when that was asked for, not where it redirects to.
        const verify = !(insecure && url.hostname === registryHostname);
        const connected = createDispatcher(url.hostname, verify, { tls, timeouts, env });
        dispatchers.set(url.hostname, connected);
        return connected.dispatcher;
      };
      const extraMs = ((request.heavyBytes ?? 0) / HEAVY_BYTES_PER_SECOND) * 1000;
      const message = {
        ...request,
        headers: { 'user-agent': USER_AGENT, ...request.headers },
        body: heardBody(request.body, silence),
        headersTimeoutMs: timeouts.headersMs + extraMs,
      };
      const response = await silence.during(request.url.host, extraMs, signal, (either) =>
        exchange(dispatcherFor, message, either),
      );
      silence.heard();
      return response;
    },
    async close() {
      await Promise.all([...dispatchers.values()].map(({ close }) => close()));
    },
  };
}

/** What the other side takes of a request is a sign of life too: a large piece is long under way on a slow line. */
function heardBody(body: HttpRequest['body'], { heard }: SilenceWatch): HttpRequest['body'] {
  if (!(body instanceof Readable)) return body;
  async function* pieces(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of source) {
      heard();
      yield piece;
    }
  }
  return Readable.from(pieces(body), { objectMode: false });
}
