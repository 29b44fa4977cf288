import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import zlib from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { digestOfHex } from '../../../src/engine/oci/digest.ts';
import { MEDIA_TYPES } from '../../../src/engine/oci/types.ts';
import type { AssembleProgress } from '../../../src/main/assemble/assemble.ts';
import { imageNotices } from '../../../src/main/assemble/image-notices.ts';
import { readLayer } from '../../../src/main/images/read-layer.ts';
import type { BlobStore } from '../../../src/main/store/blob-store.ts';
import { Cancelled } from '../../../src/shared/errors.ts';
import { graphOf, layersOf } from '../../support/fake-store.ts';
import { type Sample, sampleImage } from '../../support/sample-image.ts';

let sample: Sample;
let blobs: BlobStore;

beforeAll(() => {
  sample = sampleImage();
});
afterAll(() => sample.remove());
beforeEach(async () => {
  sample.emptyCache();
  blobs = await sample.openStore();
});
afterEach(() => blobs.close());

const sha256 = (bytes: Buffer) => digestOfHex(createHash('sha256').update(bytes).digest('hex'));
const origins = (image: { layers: readonly { origin: string }[] }) =>
  image.layers.map(({ origin }) => origin);

describe('assembling an image', () => {
  it('gives the planned layers in order, then the root layer', async () => {
    const image = await sample.assemble(blobs);
    const { hello, library, data } = sample.paths;
    expect(image.layers.map(({ paths, packages, kind }) => ({ paths, packages, kind }))).toEqual([
      { paths: [library], packages: ['library-1.0'], kind: 'store' },
      { paths: [hello, data].toSorted(), packages: ['data-3', 'hello-2.10'], kind: 'store' },
      { paths: [], packages: [], kind: 'root' },
    ]);
    expect(image.config.value.history?.map(({ created_by }) => created_by)).toEqual([
      'strata: library-1.0',
      'strata: data-3, hello-2.10',
      'strata: root: data, hello',
    ]);
  });

  it('tells every digest and size as it is', async () => {
    const { manifest, config, layers } = await sample.assemble(blobs);
    expect(manifest.descriptor).toEqual({
      mediaType: MEDIA_TYPES.manifest,
      digest: sha256(manifest.bytes),
      size: manifest.bytes.length,
    });
    expect(JSON.parse(manifest.bytes.toString())).toEqual(manifest.value);
    expect(manifest.value.config).toEqual(config.descriptor);
    expect(config.descriptor.digest).toBe(sha256(config.bytes));
    expect(manifest.value.layers).toEqual(layers.map(({ descriptor }) => descriptor));
    expect(config.value.rootfs.diff_ids).toEqual(layers.map(({ diffId }) => diffId));
    for (const layer of layers) {
      const blob = readFileSync(layer.file);
      const archive = zlib.gunzipSync(blob);
      expect(layer.descriptor).toEqual({
        mediaType: MEDIA_TYPES.layerGzip,
        digest: sha256(blob),
        size: blob.length,
      });
      expect([layer.diffId, layer.sizeBytes]).toEqual([sha256(archive), archive.length]);
    }
  });

  it('configures what the user and the packages say', async () => {
    const { config } = await sample.assemble(blobs, {
      config: { Cmd: ['/bin/hello'], User: 'nobody', Env: ['LANG=C.UTF-8'] },
      created: '2026-01-02T03:04:05Z',
    });
    expect(config.value).toMatchObject({
      architecture: 'amd64',
      os: 'linux',
      created: '2026-01-02T03:04:05Z',
      config: {
        Cmd: ['/bin/hello'],
        User: 'nobody',
        Env: [
          'PATH=/bin:/usr/bin:/sbin:/usr/sbin',
          'SSL_CERT_FILE=/etc/ssl/certs/ca-bundle.crt',
          'LANG=C.UTF-8',
        ],
      },
    });
  });

  it('is the same again: from the cache, from an empty cache, with the packages in another order', async () => {
    const first = await sample.assemble(blobs);
    expect(origins(first)).toEqual(['packed', 'packed', 'packed']);

    const second = await sample.assemble(blobs);
    expect(origins(second)).toEqual(['cached', 'cached', 'cached']);

    blobs.close();
    sample.emptyCache();
    blobs = await sample.openStore();
    const third = await sample.assemble(blobs, {
      packages: [
        { name: 'data', path: sample.paths.data },
        { name: 'hello', path: sample.paths.hello },
      ],
      workers: 1,
    });
    expect(origins(third)).toEqual(['packed', 'packed', 'packed']);
    expect([second.manifest.bytes, third.manifest.bytes]).toEqual([
      first.manifest.bytes,
      first.manifest.bytes,
    ]);
  });

  it('packs only the layers whose contents changed', async () => {
    await sample.assemble(blobs);
    const { hello, library, data } = sample.paths;
    const graph = graphOf([hello, library, data]);
    const rebuilt = {
      ...graph,
      narHashes: graph.narHashes.map((hash, node) =>
        graph.paths[node] === library ? `sha256:${'1'.repeat(64)}` : hash,
      ),
    };
    const image = await sample.assemble(blobs, { graph: rebuilt });
    expect(origins(image)).toEqual(['packed', 'cached', 'cached']);
  });

  it('packs a layer that the cache has with another compression', async () => {
    const image = await sample.assemble(blobs);
    const [layer] = image.layers;
    const file = blobs.temporaryFile();
    writeFileSync(file, 'compressed in some other way');
    const digest = digestOfHex(createHash('sha256').update('compressed in some other way').digest('hex'));
    const facts = { sizeBytes: 28, uncompressedBytes: 28, label: '', compression: 'zstd' as const };
    await blobs.add({ ...facts, key: layer?.key, digest, diffId: layer?.diffId ?? digest }, file);
    const again = await sample.assemble(blobs);
    expect(again.manifest.descriptor).toEqual(image.manifest.descriptor);
    expect(origins(again)).toEqual(['packed', 'cached', 'cached']);
  });

  it('caches nothing where the graph has no hashes', async () => {
    const graph = graphOf(Object.values(sample.paths));
    const unhashed = { ...graph, narHashes: graph.paths.map(() => '') };
    const layers = layersOf(graph, [graph.paths]);
    await sample.assemble(blobs, { graph: unhashed, layers });
    const again = await sample.assemble(blobs, { graph: unhashed, layers });
    expect(again.layers.map(({ key, origin }) => [key === undefined, origin])).toEqual([
      [true, 'packed'],
      [false, 'cached'],
    ]);
  });

  it.each(['flipped', 'shortened', 'emptied'])(
    'packs a layer anew whose blob was %s, and says so',
    async (damage) => {
      const first = await sample.assemble(blobs);
      const file = first.layers[0]?.file ?? '';
      const bytes = readFileSync(file);
      if (damage === 'flipped') {
        bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
        writeFileSync(file, bytes);
      } else truncateSync(file, damage === 'emptied' ? 0 : bytes.length - 1);

      const second = await sample.assemble(blobs);
      expect(origins(second)).toEqual(['repaired', 'cached', 'cached']);
      expect(second.manifest.bytes).toEqual(first.manifest.bytes);
      expect(sha256(readFileSync(file))).toBe(first.layers[0]?.descriptor.digest);
    },
  );

  it.each([
    ['zstd', MEDIA_TYPES.layerZstd],
    ['none', MEDIA_TYPES.layer],
  ] as const)('compresses with %s', async (type, mediaType) => {
    const image = await sample.assemble(blobs, { compression: { type } });
    expect(image.layers.every(({ descriptor }) => descriptor.mediaType === mediaType)).toBe(true);
    const plain = await sample.assemble(blobs);
    expect(image.config.bytes).toEqual(plain.config.bytes);
  });

  it('has the media types of Docker on request, but none for zstd', async () => {
    const image = await sample.assemble(blobs, { mediaTypes: 'docker' });
    expect(image.manifest.value).toMatchObject({
      mediaType: MEDIA_TYPES.dockerManifest,
      config: { mediaType: MEDIA_TYPES.dockerConfig },
    });
    expect(image.layers[0]?.descriptor.mediaType).toBe(MEDIA_TYPES.dockerLayerGzip);
    await expect(
      sample.assemble(blobs, { mediaTypes: 'docker', compression: { type: 'zstd' } }),
    ).rejects.toMatchObject({ code: 'usage', hint: 'Choose the media types of OCI, or gzip.' });
  });

  it('reports progress up to all of the bytes', async () => {
    const reports: AssembleProgress[] = [];
    const image = await sample.assemble(blobs, { onProgress: (progress) => reports.push(progress) });
    const total = image.layers.reduce((sum, layer) => sum + layer.sizeBytes, 0);
    expect(reports.at(-1)).toMatchObject({ layerCount: 3, doneBytes: total, totalBytes: total });
    expect(
      reports
        .filter(({ state }) => state === 'packed')
        .map(({ layer }) => layer)
        .toSorted(),
    ).toEqual([0, 1, 2]);
  });

  it('leaves nothing half-written when it is cancelled', async () => {
    const controller = new AbortController();
    await expect(
      sample.assemble(blobs, { signal: controller.signal, onProgress: () => controller.abort() }),
    ).rejects.toBeInstanceOf(Cancelled);
    const [session = ''] = readdirSync(join(sample.cache, 'sessions'));
    expect(readdirSync(join(sample.cache, 'sessions', session))).toEqual([]);
    const stored = blobs.list();
    for (const { digest } of stored) expect(sha256(readFileSync(blobs.blobPath(digest)))).toBe(digest);
    expect(origins(await sample.assemble(blobs)).filter((origin) => origin === 'cached')).toHaveLength(
      stored.length,
    );
  });

  it('works in two processes at once on one cache', async () => {
    const other = await sample.openStore();
    try {
      const [one, two] = await Promise.all([sample.assemble(blobs), sample.assemble(other)]);
      expect(two.manifest.bytes).toEqual(one.manifest.bytes);
      expect(origins(await sample.assemble(other))).toEqual(['cached', 'cached', 'cached']);
    } finally {
      other.close();
    }
  });

  it('links the files of packages that others propagate, behind all that were asked for', async () => {
    const { store } = sample;
    const last = store.add('last-1', { bin: { directory: { last: 'last', middle: 'not this' } } });
    const middle = store.add('middle-1', {
      bin: { directory: { middle: 'middle', hello: 'not this' } },
      'nix-support': { directory: { 'propagated-user-env-packages': `${last} ${last}-gone` } },
    });
    const first = store.add('first-1', {
      bin: { directory: { hello: 'hello' } },
      'nix-support': { directory: { 'propagated-user-env-packages': `${middle}\n` } },
    });
    const graph = graphOf([first, middle, last]);
    const image = await sample.assemble(blobs, {
      graph,
      layers: layersOf(graph, [[first, middle, last]]),
      packages: [{ name: 'first', path: first }],
    });
    const root = image.layers.at(-1);
    const { entries } = await readLayer(
      { openBlob: async () => createReadStream(root?.file ?? '') },
      root?.descriptor ?? image.manifest.descriptor,
    );
    const links = new Map(entries.map(({ path, linkTarget }) => [path, linkTarget]));
    expect(links.get('bin/hello')).toBe(`${first}/bin/hello`);
    expect(links.get('bin/middle')).toBe(`${middle}/bin/middle`);
    expect(links.get('bin/last')).toBe(`${last}/bin/last`);
    expect(image.conflicts).toEqual([]);
  });

  it('has own files in layers after the root layer, of which only the one that changed is packed again', async () => {
    const directory = join(sample.store.root, 'own');
    mkdirSync(join(directory, 'app'), { recursive: true });
    writeFileSync(join(directory, 'data'), Buffer.alloc(5_000_000, 'data'));
    writeFileSync(join(directory, 'app/main.py'), 'first');
    const options = {
      own: {
        files: [
          { from: 'app', to: '/srv/app' },
          { from: 'data', to: '/srv/data' },
        ],
      },
      ownFiles: { baseDirectory: directory },
    };
    const first = await sample.assemble(blobs, options);
    expect(first.layers.map(({ kind, files }) => [kind, ...files])).toEqual([
      ['store'],
      ['store'],
      ['root'],
      ['files', '/srv/data'],
      ['files', '/srv/app'],
    ]);
    writeFileSync(join(directory, 'app/main.py'), 'other');
    const second = await sample.assemble(blobs, options);
    expect(origins(second)).toEqual(['cached', 'cached', 'cached', 'cached', 'packed']);
    const last = second.layers.at(-1);
    const { entries } = await readLayer(
      { openBlob: async () => createReadStream(last?.file ?? '') },
      last?.descriptor ?? second.manifest.descriptor,
    );
    const contentDigest = createHash('sha256').update('other').digest('hex');
    expect(entries.map(({ path, type }) => `${type} ${path}`)).toEqual([
      'directory srv',
      'directory srv/app',
      'file srv/app/main.py',
    ]);
    expect(entries.at(-1)).toMatchObject({ sizeBytes: 5, contentDigest });
  });

  it('says that a user with a name is not what Kubernetes looks for', async () => {
    const noticesOf = async (User: string) =>
      imageNotices(await sample.assemble(blobs, { config: { User } }));
    expect(await noticesOf('nobody:nogroup')).toEqual([
      expect.stringMatching(/^The image runs as "nobody", .*runAsNonRoot.*number/),
    ]);
    for (const user of ['65534:nogroup', 'root', '']) expect(await noticesOf(user)).toEqual([]);
  });

  it('refuses a user that the image does not know', async () => {
    await expect(sample.assemble(blobs, { config: { User: 'postgres' } })).rejects.toMatchObject({
      code: 'invalid-document',
    });
  });
});
