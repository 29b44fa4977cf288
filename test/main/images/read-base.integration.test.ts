import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { blobPath } from '../../../src/engine/oci/digest.ts';
import { MEDIA_TYPES } from '../../../src/engine/oci/types.ts';
import type { Image } from '../../../src/main/assemble/image.ts';
import { assembledSource } from '../../../src/main/images/assembled-source.ts';
import { exportImage } from '../../../src/main/images/export.ts';
import { openImage } from '../../../src/main/images/open-image.ts';
import { unpackBase } from '../../../src/main/images/unpack-base.ts';
import type { BlobStore } from '../../../src/main/store/blob-store.ts';
import { checkBase, lockBase, obtainBase } from '../../../src/main/verbs/base.ts';
import { pushSource } from '../../../src/main/verbs/push.ts';
import { verifyAt } from '../../../src/main/verbs/verify.ts';
import { EMPTY_LOCK, formatLock } from '../../../src/shared/lock.ts';
import { type BaseInput, writeBase } from '../../support/base-image.ts';
import { startRegistry, type TestRegistry } from '../../support/registry.ts';
import { type Sample, sampleImage } from '../../support/sample-image.ts';

const PLATFORM = { os: 'linux', architecture: 'amd64' };

let sample: Sample;
let store: BlobStore;
let directory: string;
beforeAll(async () => {
  sample = sampleImage();
  store = await sample.openStore();
});
afterAll(() => {
  store.close();
  sample.remove();
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-base-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const at = (path: string) => join(directory, path);
const DEBIAN: BaseInput = {
  layers: [
    {
      bin: { link: 'usr/bin' },
      'usr/bin': { mode: 0o755 },
      'usr/bin/hello': 'that of the base',
      'usr/bin/old': 'old',
      etc: { mode: 0o755 },
      'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
    },
    { 'usr/bin/.wh.old': '', 'etc/passwd': 'root:x:0:0::/root:/bin/sh\nweb:x:9:9::/:/bin/sh\n' },
  ],
  config: {
    User: 'web',
    Env: ['PATH=/usr/bin', 'A=1'],
    Cmd: ['old'],
    Labels: null,
    ExposedPorts: { '80/tcp': {} },
  },
  history: [{ created_by: 'ADD' }, { created_by: 'CMD', empty_layer: true }, { created_by: 'RUN' }],
};

function obtain(base: string, platform = PLATFORM) {
  return obtainBase({ base }, platform, { store, cacheDirectory: at('cache'), baseDirectory: directory });
}

async function assembleOn(base: string, more: Parameters<Sample['assemble']>[1] = {}): Promise<Image> {
  return sample.assemble(store, { base: await obtain(base), ...more });
}

describe('an image on a base', () => {
  it('has its layers first and as they are, and its configuration and history', async () => {
    const written = writeBase(at('base'), DEBIAN);
    const image = await assembleOn('base');
    expect(image.base).toMatchObject({ digest: written.digest, reference: undefined });
    expect(image.layers.map(({ kind }) => kind)).toEqual(['base', 'base', 'store', 'store', 'root']);
    expect(image.layers.slice(0, 2).map(({ descriptor }) => descriptor)).toEqual(written.layers);
    const { config, history } = image.config.value;
    expect(config).toMatchObject({
      User: 'web',
      Env: ['PATH=/usr/bin', 'A=1', 'SSL_CERT_FILE=/etc/ssl/certs/ca-bundle.crt'],
      Cmd: ['/bin/hello'],
      ExposedPorts: { '80/tcp': {} },
    });
    expect(history?.map(({ created_by }) => created_by)).toEqual([
      'ADD',
      'CMD',
      'RUN',
      expect.stringContaining('library-1.0'),
      expect.stringContaining('hello-2.10'),
      expect.stringContaining('root: '),
    ]);
    const again = await assembleOn('oci:base:base');
    expect(again.manifest.descriptor).toEqual(image.manifest.descriptor);
    expect(again.layers.map(({ origin }) => origin)).toEqual(Array.from({ length: 5 }, () => 'cached'));
  });

  it('is what umoci unpacks', async () => {
    writeBase(at('base'), DEBIAN);
    const image = await assembleOn('base');
    const output = at('image');
    await exportImage({ image, store, format: 'oci-dir', output, name: { name: 'web', tags: ['v1'] } });
    const { problems } = await verifyAt({ type: 'file', path: output, name: undefined }, { access: {} });
    expect(problems).toEqual([]);
    await execa('umoci', ['unpack', '--rootless', '--image', `${output}:v1`, at('bundle')]);
    const unpacked = (path: string) => join(at('bundle'), 'rootfs', path);
    expect(readlinkSync(unpacked('bin'))).toBe('usr/bin');
    expect(readlinkSync(unpacked('usr/bin/hello'))).toBe(`${sample.paths.hello}/bin/hello`);
    expect(existsSync(unpacked('usr/bin/old'))).toBe(false);
    expect(readFileSync(unpacked('etc/passwd'), 'utf8')).toContain('web:x:9:9');
    expect(lstatSync(unpacked('tmp')).isDirectory()).toBe(true);
    await execa('chmod', ['-R', 'u+w', at('bundle')]);
  });

  it('lists all layers with media types of one family, whatever those of the base are', async () => {
    writeBase(at('docker'), { ...DEBIAN, mediaType: MEDIA_TYPES.dockerLayerGzip });
    const types = async (mediaTypes: 'oci' | 'docker') =>
      new Set(
        (await assembleOn('docker', { mediaTypes })).layers.map(({ descriptor }) => descriptor.mediaType),
      );
    expect(await types('oci')).toEqual(new Set([MEDIA_TYPES.layerGzip]));
    expect(await types('docker')).toEqual(new Set([MEDIA_TYPES.dockerLayerGzip]));
  });

  it('is built on a docker-archive too', async () => {
    writeBase(at('base'), DEBIAN);
    await execa('skopeo', ['copy', `oci:${at('base')}:base`, `docker-archive:${at('base.tar')}:base:1`]);
    const image = await assembleOn('base.tar');
    expect(image.layers[0]?.descriptor.mediaType).toBe(MEDIA_TYPES.layer);
    expect(image.config.value.rootfs.diff_ids[0]).toBe(
      (await assembleOn('base')).config.value.rootfs.diff_ids[0],
    );
  });
});

describe('a base in a registry', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(() => registry.stop());

  it('is not moved by a push there, but linked', async () => {
    writeBase(at('base'), DEBIAN);
    const cacheDirectory = at('cache');
    const source = await openImage({ type: 'file', path: at('base'), name: undefined });
    const reference = `${registry.host}/base/debian:12`;
    const { digest } = await pushSource({ source, reference, access: {}, cacheDirectory });
    await source.close();
    rmSync(at('cache'), { recursive: true });

    const image = await assembleOn(reference);
    expect(image.base).toMatchObject({ reference, digest });
    const pinned = await assembleOn(`${registry.host}/base/debian@${digest}`);
    expect(pinned.config.descriptor).toEqual(image.config.descriptor);

    // A lock holds what the tag stood for, and what is another since is refused.
    const file = at('web.strata.json');
    const lock = async (base: string) =>
      writeFile(at('web.strata.lock'), formatLock({ ...EMPTY_LOCK, base: await lockBase(base, {}) }));
    await lock(reference);
    const moved = writeBase(at('moved'), { ...DEBIAN, config: {} });
    const other = await openImage({ type: 'file', path: at('moved'), name: undefined });
    await pushSource({ source: other, reference, access: {}, cacheDirectory });
    await other.close();
    const obtainLocked = (base: string, unlocked?: 'all') =>
      obtainBase({ base }, PLATFORM, { store, cacheDirectory, file, unlocked });
    expect((await obtainLocked(reference))?.digest).toBe(digest);
    expect((await obtainLocked(reference, 'all'))?.digest).toBe(moved.digest);
    await expect(obtainLocked(`${reference}-slim`)).rejects.toMatchObject({
      code: 'invalid-document',
      action: { action: 'lock', update: 'base' },
    });

    // A tag that is gone since does not matter where the lock has what it stood for.
    const gone = `${registry.host}/base/debian:gone`;
    await writeFile(at('web.strata.lock'), formatLock({ ...EMPTY_LOCK, base: { original: gone, digest } }));
    await checkBase(gone, { file });
    await expect(checkBase(gone, { file, unlocked: 'all' })).rejects.toThrow(/cannot be had/);

    const { blobs } = await pushSource({
      source: assembledSource([image]),
      reference: `${registry.host}/team/web:1`,
      access: {},
      cacheDirectory,
    });
    expect(blobs.filter(({ outcome }) => outcome === 'mounted').map((blob) => blob.digest)).toEqual(
      image.layers.slice(0, 2).map(({ descriptor }) => descriptor.digest),
    );
  });
});

describe('a base that is none', () => {
  const BAD_ENV = { ...DEBIAN, config: { Env: 'PATH=/bin' } };

  it.each<[string, (layout: string) => void, RegExp]>([
    ['is not there', () => {}, /no such file|ENOENT|does not exist/i],
    [
      'is for another platform',
      (layout) => void writeBase(layout, { ...DEBIAN, architecture: 'arm64' }),
      /is for linux\/arm64, the packages are for linux\/amd64\.$/,
    ],
    ['lacks a layer', (layout) => rmSync(join(layout, blobPath(layerOf(layout)))), /lacks blobs\/sha256\//],
    ['has a damaged layer', (layout) => damage(layout, layerOf(layout)), /damaged|digest/],
    [
      'has no configuration',
      (layout) => rmSync(join(layout, blobPath(writeBase(layout, DEBIAN).config.digest))),
      /lacks blobs\/sha256\//,
    ],
    [
      'has a configuration that is none',
      (layout) => void writeBase(layout, BAD_ENV),
      /configuration of .*config\.Env|Env/,
    ],
    [
      'has layers that only their maker gives out',
      (layout) =>
        void writeBase(layout, {
          ...DEBIAN,
          mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
        }),
      /only its maker gives out/,
    ],
  ])('is refused where it %s', async (_, spoil, message) => {
    spoil(at('bad'));
    const failure = await obtain('./bad').catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'StrataError' });
    expect(String((failure as Error).message)).toMatch(/^The base \.\/bad cannot be had: /);
    expect(String((failure as Error).message)).toMatch(message);
  });

  const layerOf = (layout: string) => {
    const [layer] = writeBase(layout, { ...DEBIAN, layers: [{ [`unique-${layout}`]: layout }] }).layers;
    if (layer === undefined) throw new Error('There is no layer.');
    return layer.digest;
  };
  const damage = (layout: string, digest: ReturnType<typeof layerOf>) => {
    const file = join(layout, blobPath(digest));
    const bytes = readFileSync(file);
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    writeFileSync(file, bytes);
  };

  it('is refused where it is a document', async () => {
    writeFileSync(at('web.strata.json'), '{}');
    await expect(obtain('web.strata.json')).rejects.toThrow('it is a document, not an image.');
  });

  it('tells of what an image on top does not have of it', async () => {
    writeBase(at('base'), { ...DEBIAN, config: { OnBuild: ['RUN make'] } });
    expect((await obtain('base'))?.notices).toEqual([expect.stringContaining('1 ONBUILD instruction')]);
  });
});

describe('a base that is unpacked', () => {
  it('is what a container sees, with no way out of the directory', async () => {
    writeBase(at('base'), {
      layers: [
        ...DEBIAN.layers,
        {
          out: { link: '/../outside' },
          'out/file': 'within',
          'usr/bin/two': 'first',
          home: { mode: 0o700, uid: 9 },
        },
        { bin: { link: 'usr/bin' }, 'bin/two': 'second' },
      ],
    });
    const base = await obtain('base');
    if (base === undefined) throw new Error('It has a base.');
    const root = at('outer/root');
    mkdirSync(root, { recursive: true });
    await unpackBase(base, store, {
      directory: root,
      withOwners: false,
      leftOut: new Set(['usr/bin/hello']),
    });
    expect(readdirSync(join(root, 'usr/bin'))).toEqual(['two']);
    expect(readFileSync(join(root, 'bin/two'), 'utf8')).toBe('second');
    expect(readFileSync(join(root, 'etc/passwd'), 'utf8')).toContain('web:x:9');
    expect(readlinkSync(join(root, 'bin'))).toBe('usr/bin');
    expect(lstatSync(join(root, 'home')).mode & 0o777).toBe(0o700);
    expect(readdirSync(at('outer'))).toEqual(['root']);
  });
});
