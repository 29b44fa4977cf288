import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openRegistrySource } from '../../../src/main/images/registry-source.ts';
import { ANONYMOUS, fixedKeychain } from '../../../src/main/registry/authn/credentials.ts';
import { openRegistryMemory } from '../../../src/main/registry/memory.ts';
import { pushImage } from '../../../src/main/registry/push.ts';
import { openTransport } from '../../../src/main/registry/transport/transport.ts';
import { type Fault, startFaultProxy } from '../../support/fault-proxy.ts';
import { startRegistry, type TestRegistry } from '../../support/registry.ts';
import { recordedEffects } from '../../support/registry-effects.ts';
import { makeImage, noise, type TestImage } from '../../support/registry-image.ts';

const PAGE = '<!doctype html><title>Welcome</title><p>This is a web server.';
const HTML = { 'content-type': 'text/html' };

let image: TestImage;
let registry: TestRegistry;
const cleanUps: (() => Promise<void>)[] = [];
beforeAll(async () => {
  registry = await startRegistry();
  image = await makeImage([[{ path: 'a', content: 'small' }], [{ path: 'b', content: noise('b', 300_000) }]]);
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});
afterAll(() => registry.stop());

/** Something that is no registry, or a bad one. */
async function serving(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function transportOf(host: string) {
  const transport = openTransport(host, { keychain: fixedKeychain(ANONYMOUS), effects: recordedEffects() });
  cleanUps.push(() => transport.close());
  return transport;
}

const reference = (host: string) => ({ registry: host, repository: 'team/web', tag: '1' });

function push(host: string, memory = openRegistryMemory(':memory:')) {
  return pushImage(transportOf(host), reference(host), image, { memory, chunkBytes: 100_000 });
}

describe('what is no registry', () => {
  it.each([
    ['a web page, whatever is asked', 200, HTML, PAGE, 'it answers with a web page'],
    ['a large web page', 200, HTML, PAGE + ' '.repeat(1_000_000), 'it answers with a web page'],
    ['200 and nothing', 200, {}, '', 'does not answer as a container registry does: 200 for an upload'],
    [
      '200 and JSON',
      200,
      { 'content-type': 'application/json' },
      '{}',
      'does not answer as a container registry does',
    ],
    ['201 and nothing', 201, {}, '', 'does not answer as a container registry does: 201 for its API'],
    ['204 and nothing', 204, {}, '', 'does not answer as a container registry does: 204 for its API'],
  ])('is named so where it answers with %s', async (_, status, headers, body, message) => {
    const host = await serving((__, response) => response.writeHead(status, headers).end(body));
    await expect(push(host)).rejects.toMatchObject({
      code: 'registry-protocol',
      message: expect.stringContaining(message),
      hint: expect.stringContaining('Check the name and the port'),
    });
  });

  it.each([
    ['a web page', HTML, PAGE],
    ['nothing', {}, ''],
    ['JSON', { 'content-type': 'application/json' }, '{}'],
  ])('has no images to pull, where it answers with %s', async (_, headers, body) => {
    const host = await serving((__, response) => response.writeHead(200, headers).end(body));
    await expect(openRegistrySource(transportOf(host), reference(host))).rejects.toMatchObject({
      code: 'registry-protocol',
      hint: expect.stringContaining('Check the name and the port'),
    });
  });
});

describe('a server that gives every right answer and keeps nothing', () => {
  const pretending =
    (more: Record<string, string> = {}) =>
    ({ method, url }: IncomingMessage, response: ServerResponse): void => {
      const path = url ?? '';
      if (path === '/v2/') response.writeHead(200, more).end();
      else if (method === 'POST') response.writeHead(202, { location: '/v2/team/web/blobs/uploads/1' }).end();
      else if (method === 'PATCH') response.writeHead(202, { location: path }).end();
      else if (method === 'PUT') response.writeHead(201, more).end();
      else response.writeHead(404).end();
    };

  it('is found out when a blob is not there afterwards', async () => {
    const host = await serving(pretending());
    await expect(push(host)).rejects.toMatchObject({
      code: 'registry-protocol',
      message: expect.stringMatching(/took sha256:.*, but does not have it\.$/),
    });
  });

  it('is found out by the tag, where it gives even the right digests back', async () => {
    const host = await serving((request, response) => {
      const digest = /digest=([^&]+)/.exec(request.url ?? '')?.[1];
      const isManifest = request.url?.includes('/manifests/');
      const stored = isManifest ? image.root.digest : decodeURIComponent(digest ?? '');
      pretending({ 'docker-content-digest': stored })(request, response);
    });
    await expect(push(host)).rejects.toMatchObject({
      code: 'registry-protocol',
      message: `${host}/team/web:1 was pushed as ${image.root.digest}, but has nothing when it is read back.`,
    });
  });

  it('is found out where it claims to have everything', async () => {
    const sizes = new Map(
      [image.config, ...image.layers].map(({ digest, size }) => [digest as string, size]),
    );
    const host = await serving(({ method, url }, response) => {
      const digest = /sha256:[0-9a-f]{64}/.exec(url ?? '')?.[0] ?? '';
      const size = sizes.get(digest);
      if (method === 'HEAD' && size !== undefined) response.writeHead(200, { 'content-length': size }).end();
      else if (size !== undefined) response.writeHead(200).end(Buffer.alloc(size));
      else response.writeHead(200).end();
    });
    await expect(push(host)).rejects.toMatchObject({
      code: 'registry-protocol',
      message: expect.stringContaining('has other bytes under sha256:'),
    });
  });
});

describe('a real registry behind a proxy', () => {
  it('is believed when the tag has what was pushed', async () => {
    expect(await push(registry.host)).toMatchObject({ changed: true });
    expect(await push(registry.host)).toMatchObject({ changed: false, movedBytes: 0 });
  });

  it('that does not say what it stored is read back, and nothing is moved twice', async () => {
    const fault: Fault = { type: 'without', header: 'docker-content-digest' };
    const proxy = await startFaultProxy(registry.host, { fault: () => fault });
    cleanUps.push(() => proxy.stop());
    const repository = 'team/silent';
    const pushed = () =>
      pushImage(transportOf(proxy.host), { ...reference(proxy.host), repository }, image, {
        memory: openRegistryMemory(':memory:'),
        chunkBytes: 100_000,
      });
    expect((await pushed()).blobs.map(({ outcome }) => outcome)).toEqual([
      'uploaded',
      'uploaded',
      'uploaded',
    ]);
    expect((await pushed()).blobs.map(({ outcome }) => outcome)).toEqual(['present', 'present', 'present']);
  });

  it('that gives an older image for the tag is found out', async () => {
    const older = await makeImage([[{ path: 'old', content: 'old' }]]);
    const bytes = await older.readManifest(older.root);
    const stale: Fault = {
      type: 'answer',
      status: 200,
      headers: { 'content-type': older.root.mediaType },
      body: bytes.toString(),
    };
    const proxy = await startFaultProxy(registry.host, {
      fault: ({ method, path }) => (method === 'GET' && path.includes('/manifests/1') ? stale : undefined),
    });
    cleanUps.push(() => proxy.stop());
    await expect(push(proxy.host)).rejects.toMatchObject({
      code: 'registry-protocol',
      message: expect.stringContaining(`but has ${older.root.digest} when it is read back`),
    });
  });
});
