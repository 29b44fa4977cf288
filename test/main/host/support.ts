import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import { onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type Connectable, connectPort, connectWebSocket } from '../../../src/main/host/connections.ts';
import { failureOf } from '../../../src/main/host/failures.ts';
import { jobHandlers } from '../../../src/main/host/handlers/jobs.ts';
import { settingsHandlers } from '../../../src/main/host/handlers/settings.ts';
import { createSettings } from '../../../src/main/host/settings.ts';
import { createJobRegistry, type JobRegistry } from '../../../src/main/jobs/job-registry.ts';
import type { HostClient } from '../../../src/shared/contract/index.ts';
import { temporaryDirectory } from '../documents/support.ts';

export interface PartHost extends Connectable {
  readonly jobs: JobRegistry;
  readonly released: string[];
  close(): Promise<void>;
}

/** The parts of a host that need nothing but Node: jobs and settings, behind the real contract. */
export function partHost(): PartHost {
  const jobs = createJobRegistry({ toFailure: failureOf, gatherMilliseconds: 1 });
  const settings = createSettings(temporaryDirectory());
  const released: string[] = [];
  return {
    router: { jobs: jobHandlers(jobs), settings: settingsHandlers(settings) },
    jobs,
    released,
    release: (connection) => released.push(connection),
    onBug: () => {},
    close: () => jobs.close(),
  };
}

/** A window's side of a message port, as Electron gives it. */
export function clientOverPort(host: Connectable): { client: HostClient; disconnect(): void } {
  const { port1, port2 } = new MessageChannel();
  connectPort(host, port1);
  const client = createORPCClient<HostClient>(new PortLink({ port: port2 }));
  port2.start();
  onTestFinished(() => port2.close());
  return { client, disconnect: () => port2.close() };
}

/** A window's side of a WebSocket, as a browser has it. */
export async function clientOverSocket(
  host: Connectable,
): Promise<{ client: HostClient; disconnect(): void }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => connectWebSocket(host, socket));
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  return clientOfAddress(`ws://127.0.0.1:${port}/`);
}

export async function clientOfAddress(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ client: HostClient; disconnect(): void; closed: Promise<unknown> }> {
  const websocket = new WebSocket(url, { headers });
  await once(websocket, 'open');
  onTestFinished(() => websocket.terminate());
  const closed = once(websocket, 'close');
  const link = new SocketLink({ websocket: websocket as unknown as globalThis.WebSocket });
  return { client: createORPCClient<HostClient>(link), disconnect: () => websocket.close(), closed };
}
