import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaTypeFamily } from '../../../src/engine/oci/media-types.ts';
import { MEDIA_TYPES } from '../../../src/engine/oci/types.ts';
import { assembleImage } from '../../../src/main/assemble/assemble.ts';
import type { Image } from '../../../src/main/assemble/image.ts';
import { exportImage } from '../../../src/main/images/export.ts';
import { openBlobStore } from '../../../src/main/store/blob-store.ts';
import { verifyImage } from '../../../src/main/verify/verify.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../../src/shared/export-formats.ts';
import { type FakeStore, fakeStore, graphOf, layersOf } from '../../support/fake-store.ts';
import { hostPrograms } from '../../support/host-programs.ts';

/** What other programs make of the images: skopeo, umoci and podman, and a program that runs inside one. */
const COMPRESSIONS = ['gzip', 'zstd', 'none'] as const;
type Compression = (typeof COMPRESSIONS)[number];

let store: FakeStore;
let directory: string;
const images = new Map<Compression, Image>();
const fileOf = (compression: Compression, format: ExportFormat) =>
  join(directory, `${compression}.${format}`);

beforeAll(async () => {
  store = fakeStore();
  directory = mkdtempSync(join(tmpdir(), 'strata-tools-'));
  const shell = await hostPrograms(store, 'shell', ['sh', 'env']);
  const names = store.add('names', {
    share: {
      directory: {
        'főtanúsítvány.txt': 'UTF-8',
        [`${'long-'.repeat(40)}name`]: 'long',
        empty: { directory: {} },
      },
    },
  });
  writeFileSync(Buffer.concat([Buffer.from(`${names}/share/caf`), Buffer.from([0xe9])]), 'Latin 1');
  const graph = graphOf([shell, names]);
  const blobs = await openBlobStore(join(directory, 'cache'));
  const assemble = (type: Compression, mediaTypes: MediaTypeFamily) =>
    assembleImage({
      graph,
      layers: layersOf(graph, [[shell], [names]]),
      packages: [shell, names].map((path) => ({ name: path, path })),
      platform: { os: 'linux', architecture: process.arch === 'arm64' ? 'arm64' : 'amd64' },
      config: { Cmd: ['/bin/sh'], Env: ['GREETING=Hello'], WorkingDir: '/tmp' },
      compression: { type },
      mediaTypes,
      store: blobs,
    });
  const write = (image: Image, format: ExportFormat, output: string) =>
    exportImage({ image, store: blobs, format, output, name: { name: 'shell', tags: ['v1'] } });
  for (const type of COMPRESSIONS) {
    const image = await assemble(type, 'oci');
    images.set(type, image);
    for (const format of EXPORT_FORMATS) await write(image, format, fileOf(type, format));
  }
  const docker = await assemble('gzip', 'docker');
  for (const format of ['oci', 'oci-dir'] as const) {
    await write(docker, format, join(directory, `docker.${format}`));
  }
  blobs.close();
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
  store.remove();
});

const transports = { oci: 'oci-archive', 'docker-archive': 'docker-archive', 'oci-dir': 'oci' } as const;
const every = COMPRESSIONS.flatMap((compression) =>
  EXPORT_FORMATS.map((format) => [compression, format] as const),
);

describe('skopeo', () => {
  it.each(every)('copies and inspects %s layers in %s', async (compression, format) => {
    const source = `${transports[format]}:${fileOf(compression, format)}`;
    const copy = join(directory, 'copy');
    await execa('skopeo', ['--insecure-policy', 'copy', '--quiet', source, `dir:${copy}`]);
    const { stdout } = await execa('skopeo', ['inspect', '--config', source]);
    expect(JSON.parse(stdout)).toEqual(images.get(compression)?.config.value);
    rmSync(copy, { recursive: true });
  });

  it.each(COMPRESSIONS)('takes the oci format with %s as a docker-archive too', async (compression) => {
    const source = `docker-archive:${fileOf(compression, 'oci')}:shell:v1`;
    const copy = join(directory, 'copy');
    await execa('skopeo', ['--insecure-policy', 'copy', '--quiet', source, `oci:${copy}:v1`]);
    const { problems, images: copied } = await verifyImage(copy);
    expect(problems).toEqual([]);
    const diffIds = images.get(compression)?.layers.map(({ diffId }) => diffId);
    expect(copied[0]?.layers.map(({ diffId }) => diffId)).toEqual(diffIds);
    rmSync(copy, { recursive: true });
  });

  it.each(['oci', 'oci-dir'] as const)("takes Docker's media types in %s", async (format) => {
    // Without the tag: by tag it finds only manifests of OCI in a layout.
    const source = `${transports[format]}:${join(directory, `docker.${format}`)}`;
    const copy = join(directory, 'copy');
    await execa('skopeo', ['--insecure-policy', 'copy', '--quiet', source, `dir:${copy}`]);
    const manifest = JSON.parse(readFileSync(join(copy, 'manifest.json'), 'utf8'));
    expect(manifest.mediaType).toBe(MEDIA_TYPES.dockerManifest);
    rmSync(copy, { recursive: true });
  });

  it('sees the same manifest in every OCI format', async () => {
    const digest = images.get('gzip')?.manifest.descriptor.digest;
    for (const format of ['oci', 'oci-dir'] as const) {
      const source = `${transports[format]}:${fileOf('gzip', format)}:v1`;
      const { stdout } = await execa('skopeo', ['inspect', '--format', '{{.Digest}}', source]);
      expect(stdout).toBe(digest);
    }
  });
});

describe('umoci', () => {
  it.each(['gzip', 'none'] as const)('unpacks %s layers, and what is in them runs', async (compression) => {
    const root = join(directory, 'root');
    const source = `${fileOf(compression, 'oci-dir')}:v1`;
    const rootless = process.getuid?.() === 0 ? [] : ['--rootless'];
    await execa('umoci', ['raw', 'unpack', ...rootless, '--image', source, root]);
    try {
      const { stdout: modes } = await execa(
        'stat',
        ['-c', '%a %n', 'tmp', 'root', 'var/empty', 'etc/passwd'],
        { cwd: root },
      );
      expect(modes.split('\n')).toEqual(['1777 tmp', '700 root', '555 var/empty', '644 etc/passwd']);
      const { stdout } = await execa(
        'bash',
        ['-c', `cd "$1" && find . -path '*-names/share/*' | sort | sed 's,.*/,,'`, 'bash', root],
        { encoding: 'latin1', env: { LC_ALL: 'C' } },
      );
      expect(stdout.split('\n')).toEqual([
        'caf\xe9',
        'empty',
        Buffer.from('főtanúsítvány.txt').toString('latin1'),
        `${'long-'.repeat(40)}name`,
      ]);
      if (process.getuid?.() !== 0) {
        console.log('Skipped: running a program in the unpacked image takes chroot, which takes root.');
        return;
      }
      const { stdout: said } = await execa('chroot', [
        root,
        '/usr/bin/env',
        'sh',
        '-c',
        'echo Hello from $0',
      ]);
      expect(said).toBe('Hello from sh');
    } finally {
      await execa('chmod', ['-R', 'u+w', root]);
      rmSync(root, { recursive: true });
    }
  });
});

const podmanStorage = () => [
  '--storage-driver',
  'vfs',
  '--root',
  join(directory, 'podman'),
  '--runroot',
  join(directory, 'podman-run'),
];

describe('podman', () => {
  it.each(every.filter(([, format]) => format !== 'oci-dir'))(
    'loads %s layers in %s',
    async (compression, format) => {
      const ready = await execa('podman', [...podmanStorage(), 'info'], { reject: false });
      if (ready.exitCode !== 0) {
        console.log(`Skipped: podman does not work here: ${ready.stderr.split('\n').at(-1)}`);
        return;
      }
      const { stdout } = await execa('podman', [
        ...podmanStorage(),
        'load',
        '--input',
        fileOf(compression, format),
      ]);
      const loaded = /Loaded image: (\S+)/.exec(stdout)?.[1] ?? '';
      expect(loaded).toMatch(/\/shell:v1$/);
      const { stdout: inspected } = await execa('podman', [...podmanStorage(), 'image', 'inspect', loaded]);
      const [{ RootFS, Config }] = JSON.parse(inspected);
      expect(RootFS.Layers).toEqual(images.get(compression)?.layers.map(({ diffId }) => diffId));
      expect(Config).toMatchObject({ Cmd: ['/bin/sh'], WorkingDir: '/tmp' });
      await execa('podman', [...podmanStorage(), 'rmi', '--all', '--force']);
    },
  );
});
