import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { digestOfHex } from '../../../src/engine/oci/digest.ts';
import { openRegistrySource } from '../../../src/main/images/registry-source.ts';
import { ANONYMOUS, fixedKeychain } from '../../../src/main/registry/authn/credentials.ts';
import { openRegistryMemory } from '../../../src/main/registry/memory.ts';
import { pushImage } from '../../../src/main/registry/push.ts';
import { openTransport } from '../../../src/main/registry/transport/transport.ts';
import { type BlobStore, openBlobStore } from '../../../src/main/store/blob-store.ts';
import { pullToFile } from '../../../src/main/verbs/pull.ts';
import { type PullOptions, pullImage } from '../../../src/main/verbs/pull-image.ts';
import { verifyImage } from '../../../src/main/verify/verify.ts';
import type { ExportFormat } from '../../../src/shared/export-formats.ts';
import { type Fault, startFaultProxy } from '../../support/fault-proxy.ts';
import { startRegistry, type TestRegistry } from '../../support/registry.ts';
import { recordedEffects } from '../../support/registry-effects.ts';
import { makeImage, makeIndex, noise, sha256, type TestImage } from '../../support/registry-image.ts';

const AMD64 = { os: 'linux', architecture: 'amd64' };
const NAME = { name: 'team/web', tags: ['1'] };

let registry: TestRegistry;
let image: TestImage;
let directory: string;
let store: BlobStore;
const cleanUps: (() => Promise<void>)[] = [];

beforeAll(async () => {
  registry = await startRegistry();
  image = await makeImage([
    [{ path: 'bin/hello', content: '#!/bin/sh\necho hello\n', mode: 0o755 }],
    [{ path: 'data', content: noise('pull', 3_000_000) }],
  ]);
  await push('team/web', image);
});
afterAll(() => registry.stop());
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function push(repository: string, pushed: TestImage): Promise<void> {
  const transport = openTransport(registry.host, { keychain: fixedKeychain(ANONYMOUS) });
  const memory = openRegistryMemory(':memory:');
  await pushImage(transport, { registry: registry.host, repository }, pushed, { memory });
  await transport.close();
}

async function newPlace(): Promise<void> {
  directory = await mkdtemp(join(tmpdir(), 'strata-pull-'));
  store = await openBlobStore(join(directory, 'store'));
  cleanUps.push(async () => {
    store.close();
    await rm(directory, { recursive: true, force: true });
  });
}

async function pull(options: Partial<PullOptions> & { host?: string; repository?: string } = {}) {
  const host = options.host ?? registry.host;
  const transport = openTransport(host, { keychain: fixedKeychain(ANONYMOUS), effects: recordedEffects() });
  cleanUps.push(() => transport.close());
  const source = await openRegistrySource(transport, {
    registry: host,
    repository: options.repository ?? 'team/web',
  });
  const output = join(directory, 'image');
  return pullImage(source, { store, format: 'oci', output, name: NAME, platform: AMD64, ...options });
}

describe('a pulled image', () => {
  it.each(['oci', 'oci-dir', 'docker-archive'] as const)(
    'is sound as %s, and skopeo takes it',
    async (format: ExportFormat) => {
      await newPlace();
      await pull({ format });
      const report = await verifyImage(join(directory, 'image'));
      expect(report.problems).toEqual([]);
      const transport = { oci: 'oci-archive', 'oci-dir': 'oci', 'docker-archive': 'docker-archive' }[format];
      const { stdout } = await execa('skopeo', [
        'inspect',
        '--config',
        `${transport}:${join(directory, 'image')}`,
      ]);
      expect(JSON.parse(stdout).rootfs.diff_ids).toHaveLength(2);
    },
  );

  it('has the very manifest that was pushed', async () => {
    await newPlace();
    const { manifestDigest } = await pull({ format: 'oci-dir' });
    expect(manifestDigest).toBe(image.root.digest);
    const blob = join(directory, 'image', 'blobs', 'sha256', manifestDigest.slice(7));
    expect(await readFile(blob)).toEqual(image.blobs.get(image.root.digest));
  });

  it('fetches a layer once: the second pull takes it from the blob store', async () => {
    await newPlace();
    expect((await pull()).movedBytes).toBe(image.layers.reduce((sum, { size }) => sum + size, 0));
    expect((await pull()).movedBytes).toBe(0);
  });

  it.each(['oci', 'docker-archive'] as const)(
    'has no tag where it was named by its digest alone (%s)',
    async (format) => {
      await newPlace();
      const output = join(directory, 'image');
      const reference = `${registry.host}/team/web@${image.root.digest}`;
      await pullToFile({
        reference,
        output,
        format,
        access: {},
        platform: AMD64,
        cacheDirectory: directory,
      });
      const { problems, images } = await verifyImage(output);
      expect(problems).toEqual([]);
      expect(images).toMatchObject([{ references: [] }]);
      const transport = { oci: 'oci-archive', 'docker-archive': 'docker-archive' }[format];
      await execa('skopeo', ['inspect', '--config', `${transport}:${output}`]);
    },
  );

  it('is the one of the platform that was asked for', async () => {
    await newPlace();
    const arm64 = await makeImage([[{ path: 'a', content: 'arm64' }]], 'arm64');
    await push('team/both', makeIndex([image, arm64]));
    const platform = { os: 'linux', architecture: 'arm64' };
    expect((await pull({ repository: 'team/both', platform })).manifestDigest).toBe(arm64.root.digest);
    await expect(
      pull({ repository: 'team/both', platform: { os: 'linux', architecture: 's390x' } }),
    ).rejects.toMatchObject({
      code: 'invalid-image',
      hint: 'It has images for linux/amd64, linux/arm64.',
    });
  });
});

describe('a pull that fails', () => {
  it.each<[string, Fault]>([
    ['wrong bytes', { type: 'corrupt' }],
    ['a wrong length', { type: 'length', differenceBytes: 5 }],
  ])('because of %s leaves the file that was there before', async (_, fault) => {
    await newPlace();
    await writeFile(join(directory, 'image'), 'what was there');
    const proxy = await startFaultProxy(registry.host, {
      fault: ({ path }) => (path.includes(image.layers[1]?.digest ?? '') ? fault : undefined),
    });
    cleanUps.push(() => proxy.stop());
    await expect(pull({ host: proxy.host })).rejects.toMatchObject({ code: 'registry-protocol' });
    expect(await readFile(join(directory, 'image'), 'utf8')).toBe('what was there');
    expect((await readdir(directory)).sort()).toEqual(['image', 'store']);
    expect(store.list().some(({ digest }) => digest === image.layers[1]?.digest)).toBe(false);
  });

  it('names the layer that unpacks to something else than the configuration says', async () => {
    await newPlace();
    const lie = [digestOfHex('0'.repeat(64))] as const;
    await push('team/lying', await makeImage([[{ path: 'x', content: 'x' }]], 'amd64', lie));
    await expect(pull({ repository: 'team/lying' })).rejects.toMatchObject({
      code: 'invalid-image',
      message: expect.stringContaining(`it should be ${lie[0]}`),
    });
    expect(await readdir(directory)).toEqual(['store']);
    const [session = ''] = await readdir(join(directory, 'store/sessions'));
    expect(await readdir(join(directory, 'store/sessions', session))).toEqual([]);
  });

  it('does so for a layer that is there twice, once as something else', async () => {
    await newPlace();
    const layer = [{ path: 'x', content: 'x' }];
    const honest = await makeImage([layer]);
    const diffId = JSON.parse(String(honest.blobs.get(honest.config.digest))).rootfs.diff_ids[0];
    const lie = [diffId, digestOfHex('0'.repeat(64))] as const;
    await push('team/twice', await makeImage([layer, layer], 'amd64', lie));
    await expect(pull({ repository: 'team/twice' })).rejects.toMatchObject({
      message: expect.stringContaining(`it should be ${lie[1]}`),
    });
  });

  it('because of a false size in a manifest costs no sound layer in the cache', async () => {
    await newPlace();
    await pull();
    const [layer] = image.layers;
    if (layer === undefined) throw new Error('no layer');
    for (const size of [layer.size - 1, layer.size + 1, 0, 1e12]) {
      const text = String(image.blobs.get(image.root.digest)).replace(
        `"${layer.digest}","size":${layer.size}`,
        `"${layer.digest}","size":${size}`,
      );
      const bytes = Buffer.from(text);
      const root = { ...image.root, digest: sha256(bytes), size: bytes.length };
      const lying = { ...image, root, readManifest: async () => bytes };
      const output = join(directory, 'lying');
      await expect(
        pullImage(lying, { store, format: 'oci', output, name: NAME, platform: AMD64 }),
      ).rejects.toMatchObject({
        code: 'invalid-image',
        message: `a test image gives the layer ${layer.digest} ${size} bytes; it has ${layer.size}.`,
      });
      expect(await store.verify(layer.digest)).toBe(true);
      expect((await pull()).movedBytes).toBe(0);
    }
  });
});
