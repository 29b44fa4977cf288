import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { RPC_PATH } from '../../shared/contract/index.ts';
import { pageHeaders } from '../page/page-headers.ts';
import { readStaticFile } from '../page/static-files.ts';
import { peerUser } from './peer-user.ts';
import { onwardPage, refusalPage } from './refusal-page.ts';
import { cookieOf, type HostPolicy, isOurHost, isOurOrigin } from './security.ts';
import type { Sessions } from './sessions.ts';

const LARGEST_MESSAGE_BYTES = 32 * 2 ** 20;
const HEARTBEAT_MILLISECONDS = 30_000;
const BASE = 'http://strata.invalid';

export interface AppServerOptions {
  readonly staticDirectory: string;
  readonly policy: HostPolicy;
  readonly sessions: Sessions;
  readonly cookieName: () => string;
  /** Told of what only a bug can throw, or a file that cannot be read. */
  readonly onBug: (error: unknown) => void;
  readonly onSocket: (socket: WebSocket) => void;
}

/** The HTTP server of the browser shell, not yet listening. Every request passes `refusalOf` first. */
export function createAppServer(options: AppServerOptions): { server: Server; closeSockets(): void } {
  const { policy, sessions } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE_BYTES,
    perMessageDeflate: false,
  });

  const isOpen = ({ headers }: IncomingMessage): boolean =>
    sessions.isOpen(cookieOf(headers, options.cookieName()));

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = urlOf(request);
    if (!isOurHost(request.headers, policy) || !isOurOrigin(request.headers, false)) {
      return refuse(request, response, 403);
    }
    if (url === undefined) return refuse(request, response, 404);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(request, response, 405);
    const token = url.searchParams.get('token');
    if (token !== null) return enter(request, response, url, token);
    if (!isOpen(request)) return refuse(request, response, 401);
    const file = await readStaticFile(options.staticDirectory, url.pathname, [
      `ws://${request.headers.host}`,
      `wss://${request.headers.host}`,
    ]);
    if (file === undefined) return refuse(request, response, 404);
    send(request, response, 200, file.headers, file.body);
  };

  /** Takes the token out of the address, for a cookie. */
  const enter = async (
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    token: string,
  ): Promise<void> => {
    const session = await sessions.enter(token, () => isSameUser(request));
    if (session === undefined && !isOpen(request)) {
      refuse(request, response, 401);
      return;
    }
    const open = url.searchParams.get('open');
    const location = open === null ? '/' : `/?open=${encodeURIComponent(open)}`;
    const headers = {
      ...pageHeaders(),
      'Cache-Control': 'no-store',
      ...(session !== undefined && {
        'Set-Cookie': `${options.cookieName()}=${session}; HttpOnly; SameSite=Strict; Path=/`,
      }),
    };
    if (request.headers['sec-fetch-site'] === 'cross-site') {
      const page = { ...headers, 'Content-Type': 'text/html; charset=utf-8' };
      send(request, response, 200, page, Buffer.from(onwardPage(location)));
    } else {
      send(request, response, 303, { ...headers, Location: location }, Buffer.alloc(0));
    }
  };

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy());
    const ours = isOurHost(request.headers, policy) && isOurOrigin(request.headers, true);
    const status = !ours
      ? '403 Forbidden'
      : !isOpen(request)
        ? '401 Unauthorized'
        : urlOf(request)?.pathname !== RPC_PATH
          ? '404 Not Found'
          : undefined;
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      keepAlive(webSocket);
      options.onSocket(webSocket);
    });
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      options.onBug(error);
      if (!response.headersSent) send(request, response, 500, {}, Buffer.alloc(0));
      else response.destroy();
    });
  });
  server.on('upgrade', upgrade);
  return {
    server,
    closeSockets() {
      for (const socket of sockets.clients) socket.close(1001, 'Strata is closing.');
      sockets.close();
    },
  };
}

/** Where the system does not tell whose process it is, the token alone has to do. */
async function isSameUser({ socket }: IncomingMessage): Promise<boolean> {
  const user = await peerUser(socket.remotePort ?? 0, socket.localPort ?? 0);
  return user === undefined || user === process.getuid?.();
}

/** undefined for a request line that is no URL. */
function urlOf(request: IncomingMessage): URL | undefined {
  return URL.parse(request.url ?? '/', BASE) ?? undefined;
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number): void {
  const headers = {
    ...pageHeaders(),
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    ...(status === 405 ? { Allow: 'GET, HEAD' } : {}),
  };
  send(request, response, status, headers, Buffer.from(refusalPage(status)));
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: Buffer,
): void {
  response.writeHead(status, { ...headers, 'Content-Length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Notices a window that is gone without a word, as through a tunnel that broke. */
function keepAlive(socket: WebSocket): void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) {
      socket.terminate();
      return;
    }
    answered = false;
    socket.ping();
  }, HEARTBEAT_MILLISECONDS);
  socket.on('close', () => clearInterval(timer));
  socket.on('error', () => socket.terminate());
}
