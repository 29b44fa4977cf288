import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../../../src/main/oci/bytes.ts';
import { ANONYMOUS, fixedKeychain } from '../../../../src/main/registry/authn/credentials.ts';
import { openRemoteBlob } from '../../../../src/main/registry/remote/blob.ts';
import { type Waiting, waitingLine } from '../../../../src/main/registry/transport/silence.ts';
import { openTransport, type RegistryTransport } from '../../../../src/main/registry/transport/transport.ts';
import { recordedEffects } from '../../../support/registry-effects.ts';

/** Long enough that the first word about it comes before. */
const PATIENCE_MS = 3_500;

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A server that does as it is told with each connection. @returns its host with port. */
async function serve(answer: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    answer(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function connect(registry: string, waits: (Waiting | undefined)[], headersMs = 1_000): RegistryTransport {
  const transport = openTransport(registry, {
    keychain: fixedKeychain(ANONYMOUS),
    effects: recordedEffects(),
    timeouts: { patienceMs: PATIENCE_MS, headersMs, idleMs: 1_000 },
    onWaiting: (waiting) => waits.push(waiting),
  });
  cleanUps.push(() => transport.close());
  return transport;
}

const MANIFEST = {
  method: 'GET',
  path: 'x/manifests/1',
  repository: 'x',
  access: 'pull',
  expect: [200],
  what: 'the manifest',
} as const;

/** Of the first request of a connection. TLS is not spoken, so that the client falls back to plain HTTP. */
function onRequest(socket: Socket, answer: (path: string) => void): void {
  socket.on('data', (bytes) => {
    const [, path] = /^[A-Z]+ (\S+) HTTP/.exec(bytes.toString('latin1')) ?? [];
    if (path === undefined) socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n');
    else answer(path);
  });
}

describe('a registry that says nothing', () => {
  it('is given up after the patience as a whole, however many tries there are, and was told of meanwhile', async () => {
    const registry = await serve(() => {});
    const waits: (Waiting | undefined)[] = [];
    await expect(connect(registry, waits).send(MANIFEST)).rejects.toMatchObject({
      code: 'network',
      message: `${registry} said nothing for 4 s.`,
      action: { action: 'set-option', option: 'patience' },
    });
    expect(waits.map((waiting) => waiting && waitingLine(waiting))).toContain(`waiting for ${registry}, 3 s`);
  });

  it('is given up when it answers its API and no more', async () => {
    const registry = await serve((socket) =>
      onRequest(socket, (path) => {
        if (path === '/v2/') socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
      }),
    );
    await expect(connect(registry, []).send(MANIFEST)).rejects.toMatchObject({
      message: `${registry} said nothing for 4 s.`,
    });
  });

  it('is heard again when it answers late', async () => {
    const registry = await serve((socket) =>
      onRequest(socket, () =>
        setTimeout(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'), 3_200),
      ),
    );
    const waits: (Waiting | undefined)[] = [];
    const response = await connect(registry, waits, 5_000).send(MANIFEST);
    expect(await response.body.text()).toBe('{}');
    expect(waits.at(-1)).toBeUndefined();
    expect(waits.length).toBeGreaterThan(1);
  });

  it('is given up when each answer begins and its first byte never comes', async () => {
    const registry = await serve((socket) =>
      onRequest(socket, (path) =>
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${path === '/v2/' ? 0 : 1000}\r\n\r\n`),
      ),
    );
    const blob = { digest: digestOf(Buffer.from('never sent')), size: 1000 };
    const reading = openRemoteBlob(connect(registry, []), 'x', blob, undefined).toArray();
    await expect(reading).rejects.toMatchObject({ code: 'network' });
  });
});

describe('connections that are being made', () => {
  it('are let go of at once when the transport is closed', async () => {
    const connected = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const registry = await serve((socket) => {
      connected.resolve();
      socket.on('close', () => closed.resolve());
    });
    const transport = connect(registry, []);
    const cancel = new AbortController();
    const asking = transport.send(MANIFEST, cancel.signal);
    await connected.promise;
    cancel.abort();
    await expect(asking).rejects.toThrow('Cancelled');
    await transport.close();
    await closed.promise;
  });
});
