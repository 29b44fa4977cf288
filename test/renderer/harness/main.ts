/**
 * The window without a host: a stand-in in the page answers for closures that are given as graph messages. For looking
 * at screens while they are made, and for measuring the window alone (bench/renderer.ts). Never part of the product.
 */
import { RPCHandler } from '@orpc/server/message-port';
import { PORT_MESSAGE } from '../../../src/shared/contract/bridge.ts';
import { standIn } from './stand-in.ts';

const query = new URL(location.href).searchParams;
const graph = query.get('graph') ?? '/web.json';
const message = await (await fetch(graph)).json();
const handler = new RPCHandler(standIn(message, query.get('theme') ?? 'light'));

Object.defineProperty(window, 'strataShell', {
  value: {
    platform: 'linux',
    requestPort() {
      const { port1, port2 } = new MessageChannel();
      handler.upgrade(port1);
      port1.start();
      window.postMessage(PORT_MESSAGE, location.origin, [port2]);
    },
    setDocument() {},
    onCommand: () => () => {},
    openDialog: async () => null,
    saveDialog: async () => null,
  },
});
await import('../../../src/renderer/main.tsx');
