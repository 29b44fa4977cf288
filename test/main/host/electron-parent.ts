import { EventEmitter } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { HostClient } from '../../../src/shared/contract/index.ts';

/**
 * What Electron gives the process of the host, `process.parentPort`, with a window behind it that prints what it is told of
 * bugs.
 */
const parentPort = Object.assign(new EventEmitter(), { postMessage: console.log });
Object.assign(process, { parentPort });
// As a port of Electron keeps the process alive.
setInterval(() => {}, 60_000);
parentPort.once('newListener', () => console.log('listening'));

process.on('SIGUSR1', async () => {
  const { port1, port2 } = new MessageChannel();
  parentPort.emit('message', { data: 'connect', ports: [port1] });
  const client = createORPCClient<HostClient>(new RPCLink({ port: port2 }));
  port2.start();
  const bugs = await client.system.bugs();
  console.log((await client.jobs.list()).length, 'jobs');
  for await (const { message } of bugs) console.log(message);
});
process.on('SIGTERM', () => parentPort.emit('message', { data: 'close', ports: [] }));
