import type { ClientLink } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import { PORT_MESSAGE, type ShellBridge } from '../../shared/contract/bridge.ts';
import { RPC_PATH } from '../../shared/contract/index.ts';

/** A way to the host that is open, and the news that it no longer is. */
export interface Transport {
  readonly link: ClientLink<Record<never, never>>;
  readonly closed: Promise<void>;
  readonly isClosed: () => boolean;
}

declare global {
  interface Window {
    readonly strataShell?: ShellBridge;
  }
}

/** The desktop shell, or undefined in a browser. */
export const shell: ShellBridge | undefined = globalThis.window?.strataShell;

/** Opens the transport of the shell that this window runs in. Nothing else in the window can tell which. */
export function openHostTransport(): Promise<Transport> {
  return shell ? openPort(shell) : openSocket(new URL(RPC_PATH, location.href.replace(/^http/, 'ws')));
}

function openPort(bridge: ShellBridge): Promise<Transport> {
  return new Promise((resolve) => {
    const receive = (event: MessageEvent) => {
      const port = event.ports[0];
      if (event.source !== window || event.data !== PORT_MESSAGE || port === undefined) return;
      window.removeEventListener('message', receive);
      const end = watchClose(port);
      port.start();
      resolve({ link: new PortLink({ port }), ...end });
    };
    window.addEventListener('message', receive);
    bridge.requestPort();
  });
}

function openSocket(url: URL): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const websocket = new WebSocket(url);
    const end = watchClose(websocket);
    websocket.addEventListener('open', () => resolve({ link: new SocketLink({ websocket }), ...end }));
    websocket.addEventListener('error', () => {
      entryRefused().then((refused) =>
        reject(refused ? new EntryRefused() : new Error(`No connection to ${url.host}.`)),
      );
    });
  });
}

/** Thrown where there is a host, but not the one that let this window in: it was started anew. */
export class EntryRefused extends Error {
  override readonly name = 'EntryRefused';
}

/** A socket does not tell why it was refused; a request does. */
async function entryRefused(): Promise<boolean> {
  const answer = await fetch(location.pathname, { method: 'HEAD', cache: 'no-store' }).catch(() => null);
  return answer?.status === 401;
}

function watchClose(target: EventTarget): Pick<Transport, 'closed' | 'isClosed'> {
  let over = false;
  const closed = new Promise<void>((resolve) => {
    target.addEventListener('close', () => {
      over = true;
      resolve();
    });
  });
  return { closed, isClosed: () => over };
}
