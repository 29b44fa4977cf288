import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseLocation } from '../../../src/main/images/location.ts';
import { ANONYMOUS, fixedKeychain } from '../../../src/main/registry/authn/credentials.ts';
import { openRegistryMemory } from '../../../src/main/registry/memory.ts';
import { pushImage } from '../../../src/main/registry/push.ts';
import { openTransport } from '../../../src/main/registry/transport/transport.ts';
import { compareImages } from '../../../src/main/verbs/compare.ts';
import { readableLocation } from '../../../src/main/verbs/open.ts';
import { summarizeLocation } from '../../../src/main/verbs/summarize.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { startRegistry, type TestRegistry } from '../../support/registry.ts';
import { makeImage, noise, type TestImage } from '../../support/registry-image.ts';

const PLATFORM = { os: 'linux', architecture: 'amd64' };
const store = (name: string) =>
  `nix/store/${Buffer.from(name).toString('hex').padEnd(32, '0').slice(0, 32)}-${name}`;

let registry: TestRegistry;
let proxy: FaultProxy;
let directory: string;
let before: TestImage;
let after: TestImage;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'strata-compare-'));
  registry = await startRegistry();
  proxy = await startFaultProxy(registry.host, { fault: () => undefined });
  const libc = [{ path: `${store('glibc-2.36')}/lib/libc.so`, content: noise('libc', 400_000) }];
  before = await makeImage([
    libc,
    [{ path: `${store('curl-7.1')}/bin/curl`, content: noise('old', 200_000) }],
  ]);
  after = await makeImage([
    libc,
    [{ path: `${store('curl-8.0')}/bin/curl`, content: noise('new', 210_000) }],
  ]);
  for (const [tag, image] of [
    ['before', before],
    ['after', after],
  ] as const) {
    const transport = openTransport(registry.host, { keychain: fixedKeychain(ANONYMOUS) });
    const reference = { registry: registry.host, repository: 'team/web', tag };
    await pushImage(transport, reference, image, { memory: openRegistryMemory(':memory:') });
    await transport.close();
  }
  const source = `docker://${registry.host}/team/web:before`;
  await execa('skopeo', [
    'copy',
    '--src-tls-verify=false',
    source,
    `oci-archive:${join(directory, 'before.tar')}`,
  ]);
});
afterAll(async () => {
  await proxy.stop();
  await registry.stop();
  await rm(directory, { recursive: true, force: true });
});

function compare(one: string, other: string, cache: string) {
  const context = { cacheDirectory: join(directory, cache), access: {}, platform: PLATFORM };
  const comparand = (name: string) => ({
    name,
    summarize: () => summarizeLocation(readableLocation(parseLocation(name), name), name, context),
  });
  return compareImages(comparand(one), comparand(other), {});
}

describe('two images', () => {
  it.each([
    ['references', () => `${registry.host}/team/web:before`],
    ['a file and a reference', () => join(directory, 'before.tar')],
  ])('are compared by packages, layers and bytes: %s', async (name, old) => {
    const { diff } = await compare(old(), `${registry.host}/team/web:after`, name);
    expect(diff.packages).toMatchObject({
      added: [],
      removed: [],
      changed: [{ name: 'curl', before: ['7.1'], after: ['8.0'] }],
    });
    expect(diff.layers).toEqual({ kept: [{ before: 0, after: 0, by: 'blob' }], removed: [1], added: [1] });
    // A header, the file filled up to whole blocks of 512 bytes, and two empty blocks.
    const sizeBytes = 512 + Math.ceil(210_000 / 512) * 512 + 1024;
    expect(diff.download).toEqual({ layers: 1, sizeBytes, compressedBytes: after.layers[1]?.size });
  });

  it('are not fetched again once their layers are known', async () => {
    const [one, other] = [`${proxy.host}/team/web:before`, `${proxy.host}/team/web:after`];
    const fetched = () =>
      proxy.seen.filter(({ path }) => path.includes(before.layers[0]?.digest ?? '')).length;
    const first = await compare(one, other, 'kept');
    expect(fetched()).toBe(1);
    expect((await compare(one, other, 'kept')).diff).toEqual(first.diff);
    expect(fetched()).toBe(1);
  });
});
