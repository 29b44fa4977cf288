import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenRules } from '../../../src/main/compare/check-rules.ts';
import { assembledSource } from '../../../src/main/images/assembled-source.ts';
import { describeImage } from '../../../src/main/images/describe-image.ts';
import { openImage } from '../../../src/main/images/open-image.ts';
import { fetchCachedLayers, storeCachedLayers } from '../../../src/main/layer-cache/layer-cache.ts';
import { plannedLayerKeys } from '../../../src/main/layer-cache/planned-keys.ts';
import { parseReference } from '../../../src/main/oci/reference.ts';
import { openRegistryMemory } from '../../../src/main/registry/memory.ts';
import { taggedReferrers } from '../../../src/main/registry/remote/referrers.ts';
import { openTransport } from '../../../src/main/registry/transport/transport.ts';
import { type BlobStore, openBlobStore } from '../../../src/main/store/blob-store.ts';
import { billOf } from '../../../src/main/verbs/bill.ts';
import { buildForSystems } from '../../../src/main/verbs/build-for-systems.ts';
import { compareImages } from '../../../src/main/verbs/compare.ts';
import { type Composition, composeDocument } from '../../../src/main/verbs/compose.ts';
import { type PackedImage, packDocument } from '../../../src/main/verbs/pack.ts';
import { pullToFile } from '../../../src/main/verbs/pull.ts';
import { pushPacked, pushSource } from '../../../src/main/verbs/push.ts';
import { summarizeDocument, summarizeLocation } from '../../../src/main/verbs/summarize.ts';
import { checkDocument } from '../../../src/shared/parse-document.ts';
import { startRegistry, type TestRegistry } from '../../support/registry.ts';
import { FIXTURE_SET, type IsolatedNix, isolatedNix } from '../nix/support/isolated-nix.ts';

/** From Nix to the registry and back: images that were built here, not made up. */
let nix: IsolatedNix;
let registry: TestRegistry;
beforeAll(async () => {
  nix = await isolatedNix();
  registry = await startRegistry();
});
afterAll(async () => {
  await registry.stop();
  await nix.remove();
});

function document(packages: readonly string[], more: object = {}) {
  const source = { type: 'path', path: FIXTURE_SET };
  const defaults = { cacert: false, ianaEtc: false };
  const layering = { strategy: 'per-path' };
  return checkDocument(
    { version: 1, name: 'team/web', source, defaults, packages, layering, ...more },
    'the test',
  );
}

async function compose(packages: readonly string[], system?: string): Promise<Composition> {
  const { cacheDirectory, env } = nix;
  return composeDocument(document(packages, system === undefined ? {} : { system }), {
    cacheDirectory,
    env,
    nix: { options: [] },
  });
}

async function openStore(name: string): Promise<BlobStore> {
  return openBlobStore(join(nix.directory, name));
}

async function assemble(
  packages: readonly string[],
  composition: Composition,
  store: BlobStore,
): Promise<PackedImage> {
  const context = { store, cacheDirectory: nix.cacheDirectory };
  return packDocument(document(packages), composition, { known: [] }, context);
}

const request = (name: string) => ({
  reference: `${registry.host}/${name}`,
  access: {},
  cacheDirectory: nix.cacheDirectory,
});

describe('an image that was built here', () => {
  it('goes to a registry with its bill of materials, and comes back the same', async () => {
    const packages = ['world', 'tool'];
    const composition = await compose(packages);
    const store = await openStore('store');
    const packed = await assemble(packages, composition, store);
    const { image } = packed;
    const result = await pushPacked([{ document: document(packages), packed }], {
      ...request('team/web:1'),
      bills: ['spdx', 'cyclonedx'],
    });
    expect(result.digest).toBe(image.manifest.descriptor.digest);

    const transport = openTransport(registry.host);
    const referrers = await taggedReferrers(transport, 'team/web', result.digest, undefined);
    expect(referrers.manifests.map(({ artifactType }) => artifactType)).toEqual([
      'application/spdx+json',
      'application/vnd.cyclonedx+json',
    ]);
    await transport.close();

    const output = join(nix.directory, 'pulled.tar');
    await pullToFile({ ...request('team/web:1'), output, format: 'oci' });
    const { stdout } = await execa('skopeo', ['inspect', '--raw', `oci-archive:${output}`]);
    expect(stdout).toBe(image.manifest.bytes.toString('utf8'));
    const source = await openImage({ type: 'file', path: output, name: undefined });
    const { layers, waste } = await describeImage(source);
    await source.close();
    // The fixture's store is not /nix/store, so its paths are told by their names.
    const files = layers.flatMap(({ entries }) => entries.map(({ path }) => path));
    expect(files.some((path) => path.endsWith('-world-1.0/bin/world'))).toBe(true);
    expect(waste.supersededBytes).toBe(0);
    store.close();
  });

  it('gets all the tags of its document where the reference names none', async () => {
    const store = await openStore('store');
    const packed = await assemble(['hello'], await compose(['hello']), store);
    const tagged = document(['hello'], { tag: 'v1.2', tags: ['v1', 'v1.2', 'stable'] });
    const push = (reference: string, tags?: readonly string[]) =>
      pushPacked([{ document: tagged, packed }], { ...request(reference), tags, bills: [] });
    const listed = async (name: string): Promise<string[]> => {
      const { stdout } = await execa('skopeo', [
        ...['list-tags', '--tls-verify=false', `docker://${registry.host}/${name}`],
      ]);
      return JSON.parse(stdout).Tags.toSorted();
    };
    const first = await push('team/tagged');
    expect(first).toMatchObject({ tags: ['v1.2', 'v1', 'stable'], changed: true });
    expect(await listed('team/tagged')).toEqual(['stable', 'v1', 'v1.2']);
    expect(await push('team/tagged')).toMatchObject({ changed: false, movedBytes: 0 });
    expect(await push('team/tagged', ['next'])).toMatchObject({ changed: true, movedBytes: 0 });
    // One that names a tag is taken at its word.
    expect((await push('team/once:try', ['again'])).tags).toEqual(['try', 'again']);
    expect(await listed('team/once')).toEqual(['again', 'try']);
    store.close();
  });

  it('is compared with what a document would make, without fetching its layers', async () => {
    const store = await openStore('store');
    const packed = await assemble(['hello'], await compose(['hello']), store);
    await pushPacked([{ document: document(['hello']), packed }], {
      ...request('team/compared:1'),
      bills: [],
    });
    store.close();

    const spec = join(nix.directory, 'web.strata.json');
    await writeFile(spec, JSON.stringify(document(['hello', 'library'])));
    const { cacheDirectory, env } = nix;
    const reference = parseReference(`${registry.host}/team/compared:1`);
    const { diff, after } = await compareImages(
      {
        name: 'pushed',
        summarize: () =>
          summarizeLocation({ type: 'registry', reference }, 'pushed', { cacheDirectory, access: {} }),
      },
      {
        name: spec,
        summarize: () => summarizeDocument(spec, { cacheDirectory, env, nix: { options: [] } }),
      },
      {},
    );
    expect(diff.packages).toMatchObject({
      added: [{ name: 'library', version: '1.0' }],
      removed: [],
      changed: [],
    });
    // The links of the root layer differ, and the new package has a layer of its own.
    expect(diff.layers.kept.map(({ by }) => by)).toEqual(['blob', 'blob']);
    expect(diff.layers.added).toHaveLength(2);
    const rules = { maxNewBytes: 10, forbiddenPackages: ['lib*'] };
    expect(brokenRules(rules, { image: after, diff }).map(({ rule }) => rule)).toEqual([
      'maxNewBytes',
      'forbiddenPackages',
    ]);
  });

  it('has a bill of materials with every path, its hash and whether it was asked for', async () => {
    const store = await openStore('store');
    const composition = await compose(['world']);
    const { components } = billOf(document(['world']), await assemble(['world'], composition, store));
    expect(components.map(({ name, isRequested }) => [name, isRequested])).toEqual(
      expect.arrayContaining([
        ['hello', false],
        ['world', true],
      ]),
    );
    expect(components.every(({ narSha256 }) => /^[0-9a-f]{64}$/.test(narSha256 ?? ''))).toBe(true);
    store.close();
  });
});

describe('a second machine', () => {
  it('packs nothing that the first has put into the cache', async () => {
    const packages = ['large', 'world'];
    const composition = await compose(packages);
    const cache = parseReference(`${registry.host}/cache/layers`);
    const transport = openTransport(registry.host);
    const first = await openStore('first');
    const { image, planned } = await assemble(packages, composition, first);
    const stored = await storeCachedLayers(transport, cache, image, {
      memory: openRegistryMemory(':memory:'),
    });
    expect(stored).toBe(image.layers.length - 1);

    const second = await openStore('second');
    const keys = plannedLayerKeys(composition.graph, planned.layers, document(packages).compression);
    expect(keys.map(({ key }) => key)).toEqual(image.layers.slice(0, -1).map(({ key }) => key));
    const fetched = await fetchCachedLayers(transport, cache, keys, second, {
      memory: openRegistryMemory(':memory:'),
    });
    expect(fetched).toHaveLength(planned.layers.length);
    const { image: again } = await assemble(packages, composition, second);
    expect(again.layers.map(({ origin, kind }) => (kind === 'root' ? 'root' : origin))).toEqual([
      ...planned.layers.map(() => 'cached'),
      'root',
    ]);
    expect(again.manifest.descriptor).toEqual(image.manifest.descriptor);
    await transport.close();
    first.close();
    second.close();
  });
});

describe('images for several platforms', () => {
  it('are pushed as one index, of which each platform gets its own', async () => {
    const composition = await compose(['hello']);
    const store = await openStore('store');
    const arm64 = { ...composition, platform: { os: 'linux', architecture: 'arm64' } };
    const images = [
      (await assemble(['hello'], composition, store)).image,
      (await assemble(['hello'], arm64, store)).image,
    ] as const;
    const source = assembledSource(images);
    const result = await pushSource({ ...request('team/index:1'), source });
    expect(result.digest).toBe(source.root.digest);
    for (const [index, architecture] of ['amd64', 'arm64'].entries()) {
      const { stdout } = await execa('skopeo', [
        ...['inspect', '--tls-verify=false', '--override-arch', architecture, '--config'],
        `docker://${registry.host}/team/index:1`,
      ]);
      expect(JSON.parse(stdout)).toMatchObject({ architecture });
      expect(JSON.parse(stdout)).toEqual(images[index]?.config.value);
    }
    expect(() => assembledSource([...images, ...images])).toThrow('Two of the images are for linux/amd64.');
    store.close();
  });

  it('name the system for which no builder is to be had', async () => {
    const systems = ['x86_64-linux', 'aarch64-linux'];
    await expect(buildForSystems(systems, (system) => compose(['hello'], system))).rejects.toMatchObject({
      code: 'unsupported-system',
      message: expect.stringMatching(/^There is no image for aarch64-linux: .*aarch64-linux/),
      hint: expect.any(String),
    });
    expect(await buildForSystems(['x86_64-linux'], async (system) => system)).toEqual(['x86_64-linux']);
  });
});
