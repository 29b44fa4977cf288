import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Digest } from '../../../src/engine/oci/types.ts';
import type { Image } from '../../../src/main/assemble/image.ts';
import { fetchCachedLayers, storeCachedLayers } from '../../../src/main/layer-cache/layer-cache.ts';
import { attachToImage } from '../../../src/main/registry/attach.ts';
import { ANONYMOUS, fixedKeychain } from '../../../src/main/registry/authn/credentials.ts';
import { fetchLayer } from '../../../src/main/registry/fetch-layer.ts';
import { openRegistryMemory } from '../../../src/main/registry/memory.ts';
import { pushImage } from '../../../src/main/registry/push.ts';
import { taggedReferrers } from '../../../src/main/registry/remote/referrers.ts';
import { openTransport, type RegistryTransport } from '../../../src/main/registry/transport/transport.ts';
import { type BlobStore, openBlobStore } from '../../../src/main/store/blob-store.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { startRegistry, type TestRegistry } from '../../support/registry.ts';
import { makeImage, noise, sha256, type TestImage } from '../../support/registry-image.ts';

let registry: TestRegistry;
const cleanUps: (() => Promise<void>)[] = [];
beforeAll(async () => {
  registry = await startRegistry();
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});
afterAll(() => registry.stop());

function open(host = registry.host): RegistryTransport {
  const transport = openTransport(host, { keychain: fixedKeychain(ANONYMOUS) });
  cleanUps.push(() => transport.close());
  return transport;
}

async function newStore(): Promise<BlobStore> {
  const directory = await mkdtemp(join(tmpdir(), 'strata-cache-'));
  const store = await openBlobStore(directory);
  cleanUps.push(async () => {
    store.close();
    await rm(directory, { recursive: true, force: true });
  });
  return store;
}

describe('a cache of layers in a registry', () => {
  const KEYS = ['1'.repeat(64), '2'.repeat(64)];
  const wanted = KEYS.map((key) => ({ key, label: 'a layer' }));

  /** What a machine has after it packed the layers of the image. */
  async function packed(image: TestImage): Promise<Pick<Image, 'layers'>> {
    const store = await newStore();
    const config = JSON.parse(String(image.blobs.get(image.config.digest)));
    const layers = await Promise.all(
      image.layers.map(async (descriptor, index) => {
        const key = KEYS[index] as string;
        const diffId: Digest = config.rootfs.diff_ids[index];
        await fetchLayer(image, { descriptor, diffId, key, label: '' }, { store });
        const rest = {
          sizeBytes: 0,
          compressedBytes: 0,
          paths: [],
          packages: [],
          files: [],
          kind: 'store' as const,
          origin: 'packed' as const,
        };
        return { ...rest, descriptor, diffId, key, file: store.blobPath(descriptor.digest) };
      }),
    );
    return { layers };
  }

  it('gives one machine what another has packed', async () => {
    const cache = { registry: registry.host, repository: 'cache/a' };
    const image = await makeImage([
      [{ path: 'a', content: 'a' }],
      [{ path: 'b', content: noise('b', 1_000_000) }],
    ]);
    const memory = openRegistryMemory(':memory:');
    expect(await storeCachedLayers(open(), cache, await packed(image), { memory })).toBe(2);
    expect(await storeCachedLayers(open(), cache, await packed(image), { memory })).toBe(0);

    const other = await newStore();
    const options = { memory: openRegistryMemory(':memory:') };
    expect(await fetchCachedLayers(open(), cache, wanted, other, options)).toEqual(KEYS);
    expect(KEYS.map((key) => other.find(key)?.digest)).toEqual(image.layers.map(({ digest }) => digest));
    expect(await fetchCachedLayers(open(), cache, wanted, other, options)).toEqual([]);
  });

  it('lets a push in the same registry link the layer', async () => {
    const cache = { registry: registry.host, repository: 'cache/b' };
    const image = await makeImage([[{ path: 'a', content: noise('linked', 200_000) }]]);
    const memory = openRegistryMemory(':memory:');
    await storeCachedLayers(open(), cache, await packed(image), { memory });
    const { blobs } = await pushImage(open(), { ...cache, repository: 'team/linked' }, image, { memory });
    expect(blobs.map(({ outcome }) => outcome)).toEqual(['uploaded', 'mounted']);
  });

  it('loses nothing when many machines write at once', async () => {
    const cache = { registry: registry.host, repository: 'cache/c' };
    const image = await makeImage([[{ path: 'a', content: 'a' }], [{ path: 'b', content: 'b' }]]);
    const { layers } = await packed(image);
    const write = (index: number) =>
      storeCachedLayers(
        open(),
        cache,
        { layers: layers.filter((_, each) => each % 2 === index % 2) },
        {
          memory: openRegistryMemory(':memory:'),
        },
      );
    await Promise.all(Array.from({ length: 8 }, (_, index) => write(index)));
    const fetched = await fetchCachedLayers(open(), cache, wanted, await newStore(), {
      memory: openRegistryMemory(':memory:'),
    });
    expect(fetched).toEqual(KEYS);
  });

  it('is asked again when what is remembered of it is gone', async () => {
    const cache = { registry: registry.host, repository: 'cache/d' };
    const memory = openRegistryMemory(':memory:');
    const image = await makeImage([[{ path: 'a', content: 'gone' }]]);
    const [layer] = image.layers;
    if (layer === undefined) throw new Error('No layer.');
    memory.rememberLayer(cache.registry, cache.repository, KEYS[0] as string, {
      descriptor: layer,
      diffId: layer.digest,
    });
    expect(await fetchCachedLayers(open(), cache, wanted, await newStore(), { memory })).toEqual([]);
    expect(memory.layer(cache.registry, cache.repository, KEYS[0] as string)).toBeUndefined();
  });

  it('refuses a layer that unpacks to something else than its entry says', async () => {
    const cache = { registry: registry.host, repository: 'cache/e' };
    const memory = openRegistryMemory(':memory:');
    const { layers } = await packed(await makeImage([[{ path: 'a', content: 'a' }]]));
    const lying = layers.map((layer) => ({ ...layer, diffId: sha256(Buffer.from('lie')) }));
    await storeCachedLayers(open(), cache, { layers: lying }, { memory });
    const store = await newStore();
    await expect(fetchCachedLayers(open(), cache, wanted, store, { memory })).rejects.toMatchObject({
      code: 'invalid-image',
    });
    expect(store.find(KEYS[0] as string)).toBeUndefined();
  });

  it('refuses a tag that leaves no room for the key of a layer', async () => {
    const cache = { registry: registry.host, repository: 'cache/g', tag: 't'.repeat(64) };
    const options = { memory: openRegistryMemory(':memory:') };
    await expect(fetchCachedLayers(open(), cache, wanted, await newStore(), options)).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('63 characters'),
    });
  });

  it('refuses a tag that is something else', async () => {
    const cache = { registry: registry.host, repository: 'cache/f' };
    const memory = openRegistryMemory(':memory:');
    const image = await makeImage([[{ path: 'a', content: 'a' }]]);
    await pushImage(open(), { ...cache, tag: `layer-${KEYS[0]}` }, image, { memory });
    await expect(fetchCachedLayers(open(), cache, wanted, await newStore(), { memory })).rejects.toThrow(
      'is not a layer that Strata put there',
    );
  });
});

describe('a document attached to an image', () => {
  const TYPE = 'application/spdx+json';
  const document = (text: string) => ({
    artifactType: TYPE,
    mediaType: TYPE,
    fileName: `${text}.json`,
    bytes: Buffer.from(text),
    annotations: { a: text },
  });

  it('is found from the image in a registry that knows no referrers', async () => {
    const image = await makeImage([[{ path: 'a', content: 'subject' }]]);
    const memory = openRegistryMemory(':memory:');
    const transport = open();
    const repository = 'team/attached';
    await pushImage(transport, { registry: registry.host, repository }, image, { memory });
    const attached = async () =>
      (await taggedReferrers(transport, repository, image.root.digest, undefined)).manifests;
    expect(await attached()).toEqual([]);
    const first = await attachToImage(transport, repository, image.root, document('one'), memory);
    const second = await attachToImage(transport, repository, image.root, document('two'), memory);
    await attachToImage(transport, repository, image.root, document('two'), memory);
    expect(await attached()).toMatchObject([
      { digest: first.digest, artifactType: TYPE, annotations: { a: 'one' } },
      { digest: second.digest, artifactType: TYPE, annotations: { a: 'two' } },
    ]);
    const { stdout } = await execa('skopeo', [
      ...['inspect', '--raw', '--tls-verify=false'],
      `docker://${registry.host}/${repository}@${first.digest}`,
    ]);
    const manifest = JSON.parse(stdout);
    expect(manifest.subject).toEqual(image.root);
    // Under which `oras pull` writes it.
    expect(manifest.layers[0].annotations).toEqual({ 'org.opencontainers.image.title': 'one.json' });
  });

  it('leaves it to a registry that keeps referrers itself', async () => {
    const image = await makeImage([[{ path: 'a', content: 'subject' }]]);
    const proxy = await startFaultProxy(registry.host, {
      fault: ({ method, path }) => {
        if (method !== 'PUT' || !path.includes('/manifests/')) return undefined;
        const stored = path.slice(path.lastIndexOf('/') + 1);
        const headers = { 'oci-subject': image.root.digest, 'docker-content-digest': stored };
        return { type: 'answer', status: 201, headers };
      },
    });
    cleanUps.push(() => proxy.stop());
    const transport = open(proxy.host);
    await attachToImage(transport, 'team/kept', image.root, document('one'), openRegistryMemory(':memory:'));
    expect(
      proxy.seen.filter(({ method, path }) => method === 'PUT' && path.includes('/manifests/')),
    ).toHaveLength(1);
  });
});
