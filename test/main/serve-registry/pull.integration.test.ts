import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RegistryServer, startRegistryServer } from '../../../src/main/serve-registry/server.ts';
import { type BlobStore, openBlobStore } from '../../../src/main/store/blob-store.ts';
import { buildOnPull } from '../../../src/main/verbs/build-on-pull.ts';
import { pullToFile } from '../../../src/main/verbs/pull.ts';
import { emptyCache, type TestCache } from '../../support/cache.ts';
import { FIXTURE_SET, type IsolatedNix, isolatedNix } from '../nix/support/isolated-nix.ts';

const NIX = { options: [] };

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'strata-pulled-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

function skopeo(...words: string[]) {
  return execa('skopeo', words, { reject: false });
}

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('Not run: the programs in pulled images. Only root may chroot.');

async function expectCurlRuns(image: string, name: string): Promise<void> {
  if (!isRoot) return;
  const bundle = join(directory, name);
  await execa('umoci', ['unpack', '--image', image, bundle]);
  const script = 'curl --version; ls /';
  const { stdout } = await execa('chroot', [join(bundle, 'rootfs'), '/bin/bash', '-c', script]);
  expect(stdout).toMatch(/^curl \d/);
  expect(stdout).toContain('nix');
}

describe('a registry of the starter set', () => {
  let cache: TestCache;
  let store: BlobStore;
  let server: RegistryServer;
  beforeAll(async () => {
    cache = await emptyCache();
    store = await openBlobStore(join(cache.path, 'blobs'));
    const source = { type: 'starter' } as const;
    const onPull = buildOnPull({ store, source, cacheDirectory: cache.path, nix: NIX });
    server = await startRegistryServer({ onPull, port: 0 });
  });
  afterAll(async () => {
    await server.stop();
    store.close();
    await cache.remove();
  });

  it('gives skopeo an image of three names, whose programs run', async () => {
    const layout = join(directory, 'three');
    const copied = await skopeo(
      ...[
        'copy',
        '--src-tls-verify=false',
        `docker://${server.address}/bash/coreutils/curl`,
        `oci:${layout}:it`,
      ],
    );
    expect(copied.exitCode, copied.stderr).toBe(0);
    await expectCurlRuns(`${layout}:it`, 'bundle');
  });

  it('gives Strata an image whose programs run', async () => {
    const output = join(directory, 'pulled');
    const reference = `${server.address}/bash/coreutils/curl`;
    const { movedBytes } = await pullToFile({
      ...{ reference, output, format: 'oci-dir', access: {} },
      cacheDirectory: join(directory, 'other-cache'),
    });
    expect(movedBytes).toBeGreaterThan(1_000_000);
    await expectCurlRuns(`${output}:latest`, 'pulled-bundle');
  });

  it('gives podman the same image', async () => {
    const at = (name: string) => join(directory, 'podman', name);
    await mkdir(at('.'), { recursive: true });
    const podman = ['--root', at('root'), '--runroot', at('run'), '--storage-driver', 'vfs'];
    await execa('podman', [...podman, 'pull', '--tls-verify=false', `${server.address}/bash/coreutils/curl`]);
    const { stdout } = await execa('podman', [...podman, 'images', '--format', '{{.Repository}}:{{.Tag}}']);
    expect(stdout).toBe(`${server.address}/bash/coreutils/curl:latest`);
  });
});

describe('a registry of a set with packages that cannot be had', () => {
  let nix: IsolatedNix;
  let store: BlobStore;
  let server: RegistryServer;
  let builds = 0;
  beforeAll(async () => {
    nix = await isolatedNix();
    store = await openBlobStore(join(nix.cacheDirectory, 'blobs'));
    const { buildImage, lookUp } = buildOnPull({
      store,
      source: { type: 'path', path: FIXTURE_SET },
      template: { defaults: { cacert: false, ianaEtc: false } },
      cacheDirectory: nix.cacheDirectory,
      nix: NIX,
      env: nix.env,
    });
    server = await startRegistryServer({
      onPull: {
        buildImage(asked, signal) {
          builds += 1;
          return buildImage(asked, signal);
        },
        lookUp,
      },
      port: 0,
    });
  });
  afterAll(async () => {
    await server.stop();
    store.close();
    await nix.remove();
  });

  const inspect = (image: string) =>
    skopeo('inspect', '--tls-verify=false', `docker://${server.address}/${image}`);

  it('names all packages that are unknown', async () => {
    const { exitCode, stderr } = await inspect('hello/nosuch/norsuch');
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('manifest unknown');
    expect(stderr).toContain('nosuch');
    expect(stderr).toContain('norsuch');
  });

  it('gives the reason why a build fails, once: the client does not try again', async () => {
    const before = builds;
    const image = `docker://${server.address}/fails`;
    const { exitCode, stderr } = await skopeo('inspect', '--retry-times', '3', '--tls-verify=false', image);
    expect(exitCode).not.toBe(0);
    expect(stderr).not.toContain('retrying');
    expect(builds - before).toBe(1);
    expect(stderr).toContain('fails (fails-1.0) failed to build');
    expect(stderr).toContain('exit code 7');
  });

  it('lists the tags of what can be had, without building it', async () => {
    const before = builds;
    const tags = (name: string) =>
      skopeo('list-tags', '--tls-verify=false', `docker://${server.address}/${name}`);
    expect(JSON.parse((await tags('hello/world')).stdout).Tags).toEqual(['latest']);
    expect((await tags('nosuch')).exitCode).not.toBe(0);
    expect(builds).toBe(before);
  });

  it('repairs the case of names, which registries want small', async () => {
    const { exitCode, stdout, stderr } = await inspect('mixed-case/1password/pythonpackages.flask');
    expect(exitCode, stderr).toBe(0);
    expect(JSON.parse(stdout).Layers.length).toBeGreaterThan(0);
  });

  it('builds once for ten that pull at once', async () => {
    const before = builds;
    const answers = await Promise.all(Array.from({ length: 10 }, () => inspect('hello/world')));
    expect(answers.map(({ exitCode }) => exitCode)).toEqual(Array(10).fill(0));
    expect(new Set(answers.map(({ stdout }) => JSON.parse(stdout).Digest)).size).toBe(1);
    expect(builds - before).toBe(1);
  });
});
