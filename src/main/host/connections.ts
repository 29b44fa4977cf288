import { randomUUID } from 'node:crypto';
import type { AnyRouter } from '@orpc/server';
import { RPCHandler as MessagePortHandler } from '@orpc/server/message-port';
import { RPCHandler as WebSocketHandler } from '@orpc/server/ws';
import type { WebSocket } from 'ws';
import type { CallContext } from './procedures.ts';
import { isRpcMessage } from './socket-messages.ts';

/** What a transport needs of a host. */
export interface Connectable {
  readonly router: AnyRouter;
  /** Called when a connection is gone: what it held is free again. */
  release(connection: string): void;
  /** Told of what only a bug can throw. */
  onBug(error: unknown): void;
}

/** Of WebSockets (RFC 6455, 7.4.1). */
const UNSUPPORTED_DATA = 1003;

type PortHandler = MessagePortHandler<CallContext>;

/** A port of worker_threads, or Electron's MessagePortMain. */
export type Port = Parameters<PortHandler['upgrade']>[0] & {
  start(): void;
  on(event: 'close', listener: () => void): unknown;
};

/** Serves a window behind a message port until the port is closed. */
export function connectPort(host: Connectable, port: Port): void {
  const connection = randomUUID();
  const handler = new MessagePortHandler<CallContext>(host.router);
  handler.upgrade(port, { context: { connection, onBug: host.onBug } });
  port.on('close', () => host.release(connection));
  port.start();
}

/** Serves a window behind a WebSocket until it is closed, or sends what no window does. */
export function connectWebSocket(host: Connectable, socket: WebSocket): void {
  const connection = randomUUID();
  const handler = new WebSocketHandler<CallContext>(host.router);
  const checked = {
    send: socket.send.bind(socket),
    addEventListener(type: 'message' | 'close', listener: (event: MessageEvent & CloseEvent) => void): void {
      socket.addEventListener(type as 'message', (event) => {
        if (type !== 'message' || isRpcMessage(event.data)) listener(event as never);
        else socket.close(UNSUPPORTED_DATA, 'This is no message of a window of Strata.');
      });
    },
  };
  void handler.upgrade(checked as never, { context: { connection, onBug: host.onBug } });
  socket.on('close', () => host.release(connection));
}
