import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Descriptor } from '../../../src/engine/oci/types.ts';
import { processMark } from '../../../src/main/files/process-mark.ts';
import { openRegistrySource } from '../../../src/main/images/registry-source.ts';
import type { Reference } from '../../../src/main/oci/reference.ts';
import { ANONYMOUS, fixedKeychain } from '../../../src/main/registry/authn/credentials.ts';
import { openRegistryMemory } from '../../../src/main/registry/memory.ts';
import { pushImage } from '../../../src/main/registry/push.ts';
import { DEFAULT_TIMEOUTS } from '../../../src/main/registry/transport/dispatcher.ts';
import { DEFAULT_RETRY_POLICY } from '../../../src/main/registry/transport/retry.ts';
import {
  openTransport,
  type RegistryTransport,
  type TransportOptions,
} from '../../../src/main/registry/transport/transport.ts';
import { StrataError } from '../../../src/shared/errors.ts';
import { type Fault, type FaultProxy, type SeenRequest, startFaultProxy } from '../../support/fault-proxy.ts';
import { startRegistry, type TestRegistry } from '../../support/registry.ts';
import { recordedEffects } from '../../support/registry-effects.ts';
import { makeImage, noise, sha256, type TestImage } from '../../support/registry-image.ts';

const CHUNK = 1_000_000;
/** Short enough for a test, long enough for a busy machine. */
const TIMEOUTS = {
  ...DEFAULT_TIMEOUTS,
  headersMs: 1_500,
  idleMs: 1_500,
  slowMs: 1_500,
  slowBytesPerSecond: 50_000,
};

let registry: TestRegistry;
let image: TestImage;
let layer: Descriptor;
const cleanUps: (() => Promise<void>)[] = [];

beforeAll(async () => {
  registry = await startRegistry();
  image = await makeImage([
    [{ path: 'small', content: 'small' }],
    [{ path: 'large', content: noise('large', 5_000_000) }],
  ]);
  layer = image.layers[1] as Descriptor;
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});
afterAll(() => registry.stop());

/** Goes wrong in the given way with the first so many requests that match. */
function failing(matches: (request: SeenRequest) => boolean, fault: Fault, times = 1) {
  let left = times;
  return (request: SeenRequest): Fault | undefined => {
    if (left === 0 || !matches(request)) return undefined;
    left -= 1;
    return fault;
  };
}

const isPatch = ({ method }: SeenRequest): boolean => method === 'PATCH';
const isBlobRead = ({ method, path }: SeenRequest): boolean =>
  method === 'GET' && path.includes('/blobs/sha256');
const isManifestRead = ({ method, path }: SeenRequest): boolean =>
  method === 'GET' && path.includes('/manifests/');

let repositories = 0;

async function through(
  fault: (request: SeenRequest) => Fault | undefined,
  options: { readonly buffered?: boolean } & TransportOptions = {},
): Promise<{
  proxy: FaultProxy;
  transport: RegistryTransport;
  reference: Reference;
  waitsMs: readonly number[];
}> {
  const proxy = await startFaultProxy(registry.host, { fault, buffered: options.buffered ?? false });
  const effects = recordedEffects();
  const transport = openTransport(proxy.host, {
    keychain: fixedKeychain(ANONYMOUS),
    effects,
    timeouts: TIMEOUTS,
    ...options,
  });
  cleanUps.push(
    () => transport.close(),
    () => proxy.stop(),
  );
  repositories += 1;
  const reference = { registry: proxy.host, repository: `faults/${repositories}`, tag: 'latest' };
  return { proxy, transport, reference, waitsMs: effects.waitsMs };
}

async function push(transport: RegistryTransport, reference: Reference) {
  const memory = openRegistryMemory(':memory:');
  return pushImage(transport, reference, image, { memory, chunkBytes: CHUNK });
}

/** Pushes without faults, for what is then read with faults. */
async function present(reference: Reference): Promise<void> {
  const transport = openTransport(registry.host, { keychain: fixedKeychain(ANONYMOUS) });
  await push(transport, { ...reference, registry: registry.host });
  await transport.close();
}

async function expectWholeImage(reference: Reference): Promise<void> {
  const transport = openTransport(registry.host, { keychain: fixedKeychain(ANONYMOUS) });
  cleanUps.push(() => transport.close());
  const remote = await openRegistrySource(transport, reference);
  expect(remote.root.digest).toBe(image.root.digest);
  for (const blob of [image.config, ...image.layers]) {
    expect(sha256(await buffer(await remote.openBlob(blob)))).toBe(blob.digest);
  }
}

describe('a push', () => {
  it('waits as long as a registry with too much to do asks for', async () => {
    const busy: Fault = { type: 'answer', status: 429, headers: { 'retry-after': '7' } };
    const { transport, reference, waitsMs } = await through(failing(isPatch, busy, 2));
    await push(transport, reference);
    expect(waitsMs).toEqual([7000, 7000]);
    await expectWholeImage(reference);
  });

  it('does not wait for an hour', async () => {
    const busy: Fault = { type: 'answer', status: 429, headers: { 'retry-after': '3600' } };
    const { transport, reference } = await through(failing(isPatch, busy));
    await expect(push(transport, reference)).rejects.toMatchObject({
      code: 'registry-unavailable',
      hint: expect.stringContaining('3600 s'),
    });
  });

  it.each([500, 502, 503, 408])('tries again after status %i, longer apart each time', async (status) => {
    const { transport, reference, waitsMs } = await through(failing(isPatch, { type: 'answer', status }, 3));
    await push(transport, reference);
    expect(waitsMs).toEqual([250, 500, 1000]);
    await expectWholeImage(reference);
  });

  it('gives up after six tries, and says what the registry said', async () => {
    const body = JSON.stringify({ errors: [{ code: 'UNKNOWN', message: 'the disk \u001b[31mis full' }] });
    const fault: Fault = { type: 'answer', status: 500, body };
    const { transport, reference, waitsMs } = await through(failing(isPatch, fault, 100));
    const failure = push(transport, reference);
    await expect(failure).rejects.toMatchObject({ code: 'registry-unavailable' });
    await expect(failure).rejects.toThrow(/status 500\): UNKNOWN the disk \[31mis full\.$/);
    expect(waitsMs).toHaveLength(5);
  });

  it('puts a manifest again when the registry does not see its blobs yet', async () => {
    const body = JSON.stringify({ errors: [{ code: 'MANIFEST_BLOB_UNKNOWN', message: 'blob unknown' }] });
    const isManifest = ({ method, path }: SeenRequest) => method === 'PUT' && path.includes('/manifests/');
    const { transport, reference } = await through(
      failing(isManifest, { type: 'answer', status: 400, body }, 2),
    );
    await push(transport, reference);
    await expectWholeImage(reference);
  });

  it('survives a connection that breaks in the middle of a blob', async () => {
    const { transport, reference, proxy } = await through(
      failing(
        (request) => isPatch(request) && request.headers['content-range']?.startsWith('2000000-') === true,
        { type: 'reset', of: 'request', afterBytes: 300_000 },
      ),
    );
    await push(transport, reference);
    expect(
      proxy.seen.filter((request) => request.method === 'GET' && request.path.includes('/uploads/')),
    ).toHaveLength(1);
    await expectWholeImage(reference);
  });

  it('goes on where it broke off when the registry got nothing of the broken piece', async () => {
    const { transport, reference, proxy } = await through(
      failing(
        (request) => isPatch(request) && request.headers['content-range']?.startsWith('2000000-') === true,
        { type: 'reset', of: 'request', afterBytes: 300_000 },
      ),
      { buffered: true },
    );
    await push(transport, reference);
    const starts = proxy.seen
      .filter(isPatch)
      .map((request) => Number(request.headers['content-range']?.split('-')[0]));
    expect(starts).toEqual(
      [0, 1_000_000, 2_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000].slice(0, starts.length),
    );
    expect(starts.filter((start) => start === 0)).toHaveLength(1);
    await expectWholeImage(reference);
  });

  it('does not count tries that moved a piece: a connection may break at every one', async () => {
    const broken = new Set<string>();
    const isFirstOfItsPiece = (request: SeenRequest) => {
      const range = request.headers['content-range'];
      if (!isPatch(request) || range === undefined || broken.has(range)) return false;
      return broken.add(range) !== undefined;
    };
    const { transport, reference } = await through(
      failing(isFirstOfItsPiece, { type: 'reset', of: 'request', afterBytes: 1 }, 100),
      { buffered: true, policy: { ...DEFAULT_RETRY_POLICY, attempts: 2 } },
    );
    await push(transport, reference);
    expect(broken.size).toBeGreaterThan(4);
    await expectWholeImage(reference);
  });

  it.each(['http://127.0.0.1:1/gone', 'FORBIDDEN'])(
    'begins anew where an upload of an earlier run cannot be asked after (%s)',
    async (location) => {
      const { transport, reference, proxy } = await through(
        failing(({ method, path }) => method === 'GET' && path.includes('/old/upload'), {
          type: 'answer',
          status: 403,
        }),
      );
      const address = location === 'FORBIDDEN' ? `http://${proxy.host}/old/upload` : location;
      const memory = openRegistryMemory(':memory:');
      const session = { location: address, holder: processMark() };
      memory.rememberSession(reference.registry, reference.repository, layer.digest, session);
      await pushImage(transport, reference, image, { memory, chunkBytes: CHUNK });
      await expectWholeImage(reference);
    },
  );

  it('survives a registry that does not answer for a while', async () => {
    const { transport, reference } = await through(failing(isPatch, { type: 'silence' }));
    await push(transport, reference);
    await expectWholeImage(reference);
  });

  it('sends a blob in one stream where pieces are not taken', async () => {
    const { transport, reference, proxy } = await through(
      failing(isPatch, { type: 'answer', status: 405 }, 1000),
    );
    await push(transport, reference);
    expect(
      proxy.seen.filter(({ method, bodyBytes }) => method === 'PUT' && bodyBytes === layer.size),
    ).toHaveLength(1);
    await expectWholeImage(reference);
  });

  it('blames a blob that is damaged here, and leaves no image', async () => {
    const { transport, reference } = await through(() => undefined);
    async function* damaged() {
      yield Buffer.alloc(layer.size);
      throw new StrataError('corrupt-blob', 'The blob is damaged.');
    }
    const source = { ...image, openBlob: async () => Readable.from(damaged()) };
    const failure = pushImage(transport, reference, source, { memory: openRegistryMemory(':memory:') });
    await expect(failure).rejects.toMatchObject({ code: 'corrupt-blob' });
    const tag = await fetch(`${registry.url}/v2/${reference.repository}/manifests/latest`);
    expect(tag.status).toBe(404);
  });
});

describe('a pull', () => {
  async function read(fault: (request: SeenRequest) => Fault | undefined, options: TransportOptions = {}) {
    const { transport, reference, proxy } = await through(fault, options);
    await present(reference);
    const remote = await openRegistrySource(transport, reference);
    return { bytes: await buffer(await remote.openBlob(layer)), proxy };
  }

  it('goes on where a connection broke', async () => {
    const { bytes, proxy } = await read(
      failing(isBlobRead, { type: 'reset', of: 'answer', afterBytes: 1_500_000 }, 2),
    );
    expect(sha256(bytes)).toBe(layer.digest);
    const ranges = proxy.seen.filter(isBlobRead).map(({ headers }) => headers.range);
    expect(ranges[0]).toBeUndefined();
    expect(ranges.slice(1).every((range) => /^bytes=\d{6,}-/.test(range ?? ''))).toBe(true);
  });

  it('leaves a connection that drips and goes on with another one', async () => {
    const { bytes, proxy } = await read(failing(isBlobRead, { type: 'drip', bytesPerSecond: 20_000 }));
    expect(sha256(bytes)).toBe(layer.digest);
    expect(proxy.seen.filter(isBlobRead)).toHaveLength(2);
  });

  it('says so when it never gets faster', async () => {
    const policy = { attempts: 2, baseDelayMs: 0, longestDelayMs: 0, longestRetryAfterMs: 0 };
    const reading = read(failing(isBlobRead, { type: 'drip', bytesPerSecond: 20_000 }, 100), { policy });
    await expect(reading).rejects.toThrow(/sends less than 50000 bytes a second/);
  });

  it('refuses bytes that are not those of the digest', async () => {
    const reading = read(failing(isBlobRead, { type: 'corrupt' }));
    await expect(reading).rejects.toMatchObject({ code: 'registry-protocol' });
    await expect(reading).rejects.toThrow(
      new RegExp(`bytes whose digest is sha256:[0-9a-f]{64} for the blob ${layer.digest}`),
    );
  });

  it('refuses a manifest that is not that of its digest', async () => {
    const { transport, reference } = await through(failing(isManifestRead, { type: 'corrupt' }));
    await present(reference);
    await expect(openRegistrySource(transport, reference)).rejects.toMatchObject({
      code: 'registry-protocol',
    });
  });

  it.each([-1000, 1000])('refuses a blob announced with %i bytes more', async (differenceBytes) => {
    const reading = read(failing(isBlobRead, { type: 'length', differenceBytes }));
    await expect(reading).rejects.toMatchObject({ code: 'registry-protocol' });
    await expect(reading).rejects.toThrow(
      `an answer of ${layer.size + differenceBytes} instead of ${layer.size} bytes`,
    );
  });

  it('reads a manifest again whose length was announced wrongly', async () => {
    const { transport, reference } = await through(
      failing(isManifestRead, { type: 'length', differenceBytes: 100 }),
    );
    await present(reference);
    const remote = await openRegistrySource(transport, reference);
    expect(remote.root.digest).toBe(image.root.digest);
  });

  it('says which image is not there', async () => {
    const { transport } = await through(() => undefined);
    const missing = { registry: transport.registry, repository: 'no/such', tag: 'image' };
    await expect(openRegistrySource(transport, missing)).rejects.toMatchObject({
      code: 'registry-not-found',
      message: expect.stringContaining('the image no/such:image'),
    });
  });
});
