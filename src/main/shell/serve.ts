import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StrataError } from '../../shared/errors.ts';
import { type Connectable, connectWebSocket } from '../host/connections.ts';
import { LOOPBACK_NAMES } from '../serve/security.ts';
import { createAppServer } from '../serve/server.ts';
import { createSessions } from '../serve/sessions.ts';

export interface ServeOptions {
  readonly host: Connectable & { close(): Promise<void> };
  /** Of the built window (out/renderer). */
  readonly staticDirectory: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Address to listen on; 127.0.0.1 where it is left out. */
  readonly address?: string;
  /** Names by which the server may be called beside those of loopback. */
  readonly hostNames?: readonly string[];
}

export interface AppServer {
  readonly port: number;
  /**
   * An address that opens the app once; call again for another one. It holds a secret: show it to the user, never log it.
   */
  newAddress(options?: AddressOptions): string;
  /** Closes every window's connection, cancels what runs, and stops. */
  close(): Promise<void>;
}

interface AddressOptions {
  /** A document to open first. */
  readonly open?: string | undefined;
  /** Lets in no process but this user's, where the system tells whose it is. */
  readonly sameUser?: boolean;
}

const LARGEST_PORT = 65_535;

/**
 * Serves the app to browsers: the window's files over HTTP and the host over a WebSocket.
 *
 * @throws StrataError `usage` where the port is none or is taken, `file-system` where the window has not been built
 */
export async function serve(options: ServeOptions): Promise<AppServer> {
  if (!existsSync(join(options.staticDirectory, 'index.html'))) {
    throw new StrataError(
      'file-system',
      `The window has not been built: ${options.staticDirectory} is empty.`,
      {
        hint: 'Run `npm run build`; `npm start` does it by itself.',
      },
    );
  }
  if (options.port > LARGEST_PORT) {
    throw new StrataError('usage', `There is no port ${options.port}: ${LARGEST_PORT} is the last.`);
  }
  const address = options.address ?? '127.0.0.1';
  const sessions = createSessions();
  const named = options.hostNames ?? [];
  const isAnyAddress = address === '0.0.0.0' || address === '::';
  /** How a browser calls this server: nobody's address is that of all interfaces. */
  const [hostName = '127.0.0.1'] = isAnyAddress ? named : [address.includes(':') ? `[${address}]` : address];
  let port = options.port;
  const { server, closeSockets } = createAppServer({
    staticDirectory: options.staticDirectory,
    policy: { hostNames: [...LOOPBACK_NAMES, hostName, ...named].map((name) => name.toLowerCase()) },
    sessions,
    // Cookies know no ports: two Strata on one machine must not take each other's.
    cookieName: () => `strata-${port}`,
    onBug: options.host.onBug,
    onSocket: (socket) => connectWebSocket(options.host, socket),
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, address, options.port)));
    server.listen(options.port, address, resolve);
  });
  const listening = server.address();
  if (typeof listening === 'object' && listening !== null) port = listening.port;

  return {
    port,
    newAddress({ open, sameUser = false } = {}) {
      const url = new URL(`http://${hostName}:${port}/`);
      url.searchParams.set('token', sessions.newToken(sameUser));
      if (open !== undefined) url.searchParams.set('open', open);
      return url.href;
    },
    async close() {
      closeSockets();
      const stopped = new Promise((resolve) => server.close(resolve));
      await options.host.close();
      server.closeAllConnections();
      await stopped;
    },
  };
}

function listenError(error: NodeJS.ErrnoException, address: string, port: number): unknown {
  if (error.code === 'EADDRINUSE') {
    return new StrataError('usage', `Port ${port} of ${address} is in use.`, {
      action: { action: 'set-option', option: 'port' },
      cause: error,
    });
  }
  if (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new StrataError('usage', `Cannot listen on port ${port} of ${address} (${error.code}).`, {
      hint: 'Choose another port, above 1023, and an address of this machine.',
      cause: error,
    });
  }
  return error;
}
