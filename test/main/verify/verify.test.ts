import { createHash } from 'node:crypto';
import {
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import zlib from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MEDIA_TYPES } from '../../../src/engine/oci/types.ts';
import { DEFAULT_EXPANSION } from '../../../src/main/archive/measure.ts';
import { raw, rawPath } from '../../../src/main/archive/raw-path.ts';
import { TAR_END, tarHeader, tarPadding } from '../../../src/main/archive/tar-header.ts';
import type { Image } from '../../../src/main/assemble/image.ts';
import { exportImage } from '../../../src/main/images/export.ts';
import type { BlobStore } from '../../../src/main/store/blob-store.ts';
import type { Problem } from '../../../src/main/verify/report.ts';
import type { VerifyOptions } from '../../../src/main/verify/verification.ts';
import { verifyImage } from '../../../src/main/verify/verify.ts';
import type { ExportFormat } from '../../../src/shared/export-formats.ts';
import { type Sample, sampleImage } from '../../support/sample-image.ts';

let sample: Sample;
let blobs: BlobStore;
let images: Readonly<Record<'gzip' | 'zstd' | 'none', Image>>;
let directory: string;

beforeAll(async () => {
  sample = sampleImage();
  blobs = await sample.openStore();
  images = {
    gzip: await sample.assemble(blobs),
    zstd: await sample.assemble(blobs, { compression: { type: 'zstd' } }),
    none: await sample.assemble(blobs, { compression: { type: 'none' } }),
  };
});
afterAll(() => {
  blobs.close();
  sample.remove();
});
beforeEach(() => {
  directory = join(sample.store.root, 'inspect');
  mkdirSync(directory);
});
afterEach(() => rmSync(directory, { recursive: true }));

const target = () => join(directory, 'image');
const blob = (digest: string) => join(target(), 'blobs', digest.replace(':', '/'));

async function write(format: ExportFormat, compression: keyof typeof images = 'gzip'): Promise<Image> {
  const image = images[compression];
  await exportImage({ image, store: blobs, format, output: target(), name: { name: 'web', tags: ['v1'] } });
  return image;
}

/** What is wrong, in short. */
async function problems(options?: VerifyOptions): Promise<readonly string[]> {
  const { problems } = await verifyImage(target(), options);
  return problems.map(short).toSorted();
}

const short = ({ code, place }: Problem) => `${code} ${place.replace(/([0-9a-f]{6})[0-9a-f]{58}/, '$1')}`;
const shortBlob = (digest = '') => `blobs/sha256/${digest.slice(7, 13)}`;

describe('inspecting a sound image', () => {
  const formats = ['oci', 'docker-archive', 'oci-dir'] as const;
  const compressions = ['gzip', 'zstd', 'none'] as const;
  it.each(formats.flatMap((format) => compressions.map((each) => [format, each] as const)))(
    'finds no problem in %s with %s',
    async (format, compression) => {
      const image = await write(format, compression);
      const report = await verifyImage(target());
      expect(report).toMatchObject({ format, isDockerArchive: format !== 'oci-dir', problems: [] });
      expect(report.images).toHaveLength(1);
      const [inspected] = report.images;
      expect(inspected?.config).toMatchObject({
        digest: image.config.descriptor.digest,
        value: image.config.value,
      });
      expect(
        inspected?.layers.map(({ digest, diffId, compression, sizeBytes, compressedBytes, history }) => ({
          digest,
          diffId,
          compression,
          sizeBytes,
          compressedBytes,
          history,
        })),
      ).toEqual(
        image.layers.map(({ descriptor, diffId, sizeBytes, compressedBytes }, index) => ({
          digest: descriptor.digest,
          diffId,
          compression,
          sizeBytes,
          compressedBytes,
          history: ['library-1.0', 'data-3, hello-2.10', 'root: data, hello'][index],
        })),
      );
      const isOci = format !== 'docker-archive';
      expect(inspected?.references).toEqual(['docker.io/library/web:v1', ...(isOci ? ['v1'] : [])]);
      if (isOci) expect(inspected?.manifest?.value).toEqual(image.manifest.value);
    },
  );

  it('reports progress up to its last byte', async () => {
    await write('oci-dir');
    let last = { doneBytes: 0, totalBytes: 1 };
    await verifyImage(target(), { onProgress: (progress) => (last = progress) });
    // The index and the layout marker are read, but have no digest to check.
    expect(last.doneBytes / last.totalBytes).toBeGreaterThan(0.9);
    expect(last.doneBytes).toBeLessThanOrEqual(last.totalBytes);
  });

  it('reads layers of several gzip members and zstd frames', async () => {
    const { layers } = images.none;
    const archive = readFileSync(layers[0]?.file ?? '');
    for (const compress of [zlib.gzipSync, zlib.zstdCompressSync]) {
      const parts = [archive.subarray(0, 1000), archive.subarray(1000)];
      writeLayout([Buffer.concat(parts.map((part) => compress(part)))], [layers[0]?.diffId ?? '']);
      expect(await problems()).toEqual([]);
    }
  });
});

/** A layout with layers of any bytes, written by hand: only what the arguments say can be wrong. */
function writeLayout(
  layers: readonly Buffer[],
  diffIds: readonly string[],
  mediaType = 'application/octet-stream',
  runtime: object = {},
) {
  rmSync(target(), { recursive: true, force: true });
  mkdirSync(join(target(), 'blobs/sha256'), { recursive: true });
  const put = (bytes: Buffer, type: string) => {
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    writeFileSync(blob(digest), bytes);
    return { mediaType: type, digest, size: bytes.length };
  };
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const rootfs = { type: 'layers', diff_ids: diffIds };
  const config = json({ architecture: 'amd64', os: 'linux', config: runtime, rootfs });
  const manifest = json({
    schemaVersion: 2,
    config: put(config, MEDIA_TYPES.config),
    layers: layers.map((layer) => put(layer, mediaType)),
  });
  writeFileSync(
    join(target(), 'index.json'),
    json({ schemaVersion: 2, manifests: [put(manifest, MEDIA_TYPES.manifest)] }),
  );
  writeFileSync(join(target(), 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  return { put, json };
}

describe('inspecting a damaged image', () => {
  it('collects all that is wrong', async () => {
    const { layers, config } = await write('oci-dir');
    const digests = layers.map(({ descriptor }) => descriptor.digest);
    writeFileSync(
      blob(digests[0] ?? ''),
      Buffer.concat([readFileSync(blob(digests[0] ?? '')), Buffer.from('!')]),
    );
    unlinkSync(blob(digests[1] ?? ''));
    writeFileSync(blob(digests[2] ?? ''), zlib.gzipSync(TAR_END, { level: 0 }));
    writeFileSync(blob(`sha256:${'a'.repeat(64)}`), 'left over');
    writeFileSync(
      blob(config.descriptor.digest),
      readFileSync(blob(config.descriptor.digest), 'utf8').replace('hello', 'jello'),
    );
    expect(await problems()).toEqual(
      [
        `size-mismatch ${shortBlob(digests[0])}`,
        `digest-mismatch ${shortBlob(digests[0])}`,
        `layer-damaged ${shortBlob(digests[0])}`,
        `missing-file ${shortBlob(digests[1])}`,
        `size-mismatch ${shortBlob(digests[2])}`,
        `digest-mismatch ${shortBlob(digests[2])}`,
        `diff-id-mismatch ${shortBlob(digests[2])}`,
        `digest-mismatch ${shortBlob(`sha256:${'a'.repeat(64)}`)}`,
        `digest-mismatch ${shortBlob(config.descriptor.digest)}`,
      ].toSorted(),
    );
  });

  it('tells a layer that cannot be unpacked from one that unpacks to something else', async () => {
    const archive = readFileSync(images.none.layers[0]?.file ?? '');
    writeLayout([zlib.gzipSync(archive).subarray(0, -100)], [images.none.layers[0]?.diffId ?? '']);
    const [problem] = await problems();
    expect(problem).toContain('layer-damaged');
  });

  it('counts the layers of manifest, configuration and history', async () => {
    writeLayout([zlib.gzipSync(TAR_END)], []);
    const [problem, ...others] = await problems();
    expect(problem).toContain('layer-count-mismatch');
    expect(others).toEqual([]);
  });

  it('finds what hurts the image though every digest holds', async () => {
    const link = (path: string, linkTarget: string) =>
      tarHeader({ type: 'symlink', path: rawPath(path), mode: 0o777, linkTarget: rawPath(linkTarget) });
    const store = tarHeader({
      type: 'directory',
      path: rawPath(`nix/store/${'0'.repeat(32)}-hello`),
      mode: 0o555,
    });
    const layers = [
      Buffer.concat([store, TAR_END]),
      Buffer.concat([
        link('nix/store', '/nix/store/x/nix/store'),
        link('etc/passwd', '/nix/store/x/etc/passwd'),
        link('bin/a', '../../a'),
        TAR_END,
      ]),
    ];
    const diffIds = layers.map((bytes) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`);
    writeLayout(layers, diffIds);
    expect(await problems()).toEqual([
      `accounts-lead-outside ${shortBlob(diffIds[1])}`,
      `leads-outside ${shortBlob(diffIds[1])}`,
      `store-hidden ${shortBlob(diffIds[1])}`,
    ]);
  });

  it.each([
    [{ User: 'app:www', Cmd: ['nginx'] }, []],
    [{ User: '1000:7', Entrypoint: ['/usr/sbin/nginx'], Cmd: ['-g'] }, []],
    [{ User: 'web' }, ['user-missing']],
    [{ User: 'app:web' }, ['user-missing']],
    [{ Cmd: ['apache2', 'nginx'] }, ['program-missing']],
    [{ Entrypoint: ['/docker-entrypoint.sh'], Cmd: ['nginx'] }, ['program-missing']],
  ])('holds what the configuration names against what is in the layers: %j', async (runtime, expected) => {
    const file = (path: string, text: string, mode = 0o644) => {
      const bytes = Buffer.from(text);
      const header = tarHeader({ type: 'file', path: rawPath(path), mode, sizeBytes: bytes.length });
      return [header, bytes, tarPadding(bytes.length)];
    };
    const layers = [
      Buffer.concat([...file('etc/passwd', 'web:x:1:1::/:\n'), ...file('usr/bin/nginx', '', 0o755), TAR_END]),
      Buffer.concat([
        ...file('./etc/passwd', 'app:x:1000:1000::/:\n'),
        ...file('etc/group', 'www:x:7:\n'),
        TAR_END,
      ]),
    ];
    const diffIds = layers.map((bytes) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`);
    writeLayout(layers, diffIds, MEDIA_TYPES.layer, runtime);
    expect(await problems()).toEqual(expected.map((code) => `${code} ${shortBlob(diffIds[1])}`));
  });

  it('says that a layer is no archive', async () => {
    writeLayout([Buffer.alloc(600, 'x')], []);
    expect(await problems()).toContainEqual(expect.stringContaining('layer-damaged'));
  });

  it('says when a media type names another compression', async () => {
    const layer = images.zstd.layers[0];
    writeLayout([readFileSync(layer?.file ?? '')], [layer?.diffId ?? ''], MEDIA_TYPES.layerGzip);
    expect(await problems()).toEqual([`media-type-mismatch ${shortBlob(layer?.descriptor.digest)}`]);
  });

  it('stops a layer that expands without end', async () => {
    const bomb = zlib.gzipSync(Buffer.alloc(30_000_000));
    writeLayout([bomb], [`sha256:${'0'.repeat(64)}`]);
    const [problem, ...others] = await problems({
      expansion: { ...DEFAULT_EXPANSION, uncompressedBytes: 1_000_000 },
    });
    expect(problem).toContain('layer-too-large');
    expect(others).toEqual([]);
  });

  it('reads an index that lists the same index again and again once', async () => {
    const { put, json } = writeLayout([], []);
    const listed = JSON.parse(readFileSync(join(target(), 'index.json'), 'utf8')).manifests;
    let descriptor = listed[0];
    for (let depth = 0; depth < 3; depth += 1) {
      const index = { schemaVersion: 2, manifests: Array.from({ length: 900 }, () => descriptor) };
      descriptor = put(json(index), MEDIA_TYPES.index);
    }
    writeFileSync(join(target(), 'index.json'), json({ schemaVersion: 2, manifests: [descriptor] }));
    const report = await verifyImage(target());
    expect(report.images).toHaveLength(1);
    expect(report.problems).toEqual([]);
  });

  it('says when a document calls itself something else than its descriptor does', async () => {
    const { put, json } = writeLayout([], []);
    const index = put(
      json({ schemaVersion: 2, mediaType: MEDIA_TYPES.dockerManifestList, manifests: [] }),
      MEDIA_TYPES.index,
    );
    writeFileSync(join(target(), 'index.json'), json({ schemaVersion: 2, manifests: [index] }));
    expect(await problems()).toEqual([`media-type-mismatch ${shortBlob(index.digest)}`]);
  });

  it('refuses a manifest that could be read as an index too', async () => {
    const { put, json } = writeLayout([], []);
    const empty = put(json({}), MEDIA_TYPES.config);
    const both = { schemaVersion: 2, config: empty, layers: [], manifests: [] };
    const manifest = put(json(both), MEDIA_TYPES.manifest);
    writeFileSync(join(target(), 'index.json'), json({ schemaVersion: 2, manifests: [manifest] }));
    const report = await verifyImage(target());
    expect(report.problems).toMatchObject([
      {
        code: 'not-valid-json',
        message: expect.stringContaining('what a manifest has and what an index has'),
      },
    ]);
  });

  it('does not miss a layer that its maker lets nobody pass on', async () => {
    const foreign = 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip';
    const layer = zlib.gzipSync(TAR_END);
    const diffId = `sha256:${createHash('sha256').update(TAR_END).digest('hex')}`;
    writeLayout([layer], [diffId], foreign);
    expect(await problems()).toEqual([]);
    unlinkSync(blob(`sha256:${createHash('sha256').update(layer).digest('hex')}`));
    expect(await problems()).toEqual([]);
    const [image] = (await verifyImage(target())).images;
    expect(image?.layers[0]).toMatchObject({ mediaType: foreign, heldElsewhere: [] });
  });

  it('takes a link that leads nowhere for a file that is missing', async () => {
    const { layers } = await write('oci-dir');
    const path = blob(layers[0]?.descriptor.digest ?? '');
    unlinkSync(path);
    symlinkSync('nowhere', path);
    expect(await problems()).toEqual([`missing-file ${shortBlob(layers[0]?.descriptor.digest)}`]);
  });

  it.each([
    ['not JSON', '{', 'index.json is not an image index: it is not JSON.'],
    [
      'of another shape',
      '{"schemaVersion":2,"manifests":[{"mediaType":"x","digest":"md5:0","size":1}]}',
      'manifests.0.digest: It is not a sha256 digest.',
    ],
    [
      'impossible',
      '{"schemaVersion":2,"manifests":[{"mediaType":"x","digest":"x","size":-1}]}',
      'manifests.0',
    ],
    [
      'nested beyond all measure',
      `{"schemaVersion":2,"manifests":[],"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      'it nests more than 100 levels deep.',
    ],
  ])('says where an index is %s', async (_, text, what) => {
    await write('oci-dir');
    writeFileSync(join(target(), 'index.json'), text);
    const { problems } = await verifyImage(target());
    expect(problems).toMatchObject([{ code: 'not-valid-json', place: 'index.json' }]);
    expect(problems[0]?.message).toContain(what);
  });
});

describe('inspecting an archive', () => {
  const entry = (path: string, contents: string) => {
    const bytes = Buffer.from(contents);
    return Buffer.concat([
      tarHeader({ type: 'file', path: rawPath(path), mode: 0o644, sizeBytes: bytes.length }),
      bytes,
      tarPadding(bytes.length),
    ]);
  };

  it('says that it was cut off, and what is missing for it', async () => {
    await write('oci');
    truncateSync(target(), statSync(target()).size - 20_000);
    await expect(verifyImage(target())).rejects.toMatchObject({ code: 'invalid-image' });

    await write('docker-archive');
    truncateSync(target(), readFileSync(target()).length - 1024);
    expect(await problems()).toEqual([`archive-damaged ${target()}`]);
  });

  it('stops at more files than any image has, if they are all of one name', async () => {
    const header = tarHeader({ type: 'file', path: raw`a`, mode: 0o644 });
    writeFileSync(target(), Buffer.concat(Array.from({ length: 100_001 }, () => header)));
    await expect(verifyImage(target())).rejects.toMatchObject({
      details: expect.arrayContaining([expect.stringContaining('more than 100000 files')]),
    });
  });

  it('says when a header was damaged', async () => {
    await write('oci');
    const bytes = readFileSync(target());
    bytes.write('X', bytes.indexOf('oci-layout\0'));
    writeFileSync(target(), bytes);
    expect(await problems()).toEqual([`archive-damaged ${target()}`, 'missing-file oci-layout']);
  });

  it('says when a name is there twice, as readers differ in which they take', async () => {
    await write('oci');
    const bytes = readFileSync(target());
    writeFileSync(
      target(),
      Buffer.concat([
        bytes.subarray(0, -1024),
        entry('./oci-layout', '{"imageLayoutVersion":"1.0.0"}'),
        TAR_END,
      ]),
    );
    expect(await problems()).toEqual([`archive-damaged ${target()}`]);
  });

  it('follows the links of older versions of docker save, but not in circles', async () => {
    const layer = images.none.layers[0];
    const archive = readFileSync(layer?.file ?? '').toString('latin1');
    const config = JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: [layer?.diffId, layer?.diffId, layer?.diffId] },
    });
    const manifest = [
      { Config: 'config.json', RepoTags: null, Layers: ['1/layer.tar', '2/layer.tar', '3/layer.tar'] },
    ];
    const link = (path: string, to: string) =>
      tarHeader({ type: 'symlink', path: rawPath(path), mode: 0o777, linkTarget: rawPath(to) });
    writeFileSync(
      target(),
      Buffer.concat([
        entry('config.json', config),
        entry('manifest.json', JSON.stringify(manifest)),
        entry('1/layer.tar', archive),
        link('2/layer.tar', '../1/layer.tar'),
        link('3/layer.tar', '../4/layer.tar'),
        link('4/layer.tar', '../3/layer.tar'),
        TAR_END,
      ]),
    );
    expect(await problems()).toEqual(['missing-file 3/layer.tar']);
  });

  it.each([
    ['a file that is no archive', 'some text', 'is not a tar archive'],
    ['an empty file', '', 'is not a tar archive'],
  ])('refuses %s', async (_, contents, message) => {
    writeFileSync(target(), contents);
    await expect(verifyImage(target())).rejects.toMatchObject({
      code: 'invalid-image',
      message: expect.stringContaining(message),
    });
  });

  it('is no success where no image is in it', async () => {
    await write('oci-dir');
    writeFileSync(join(target(), 'index.json'), '{"schemaVersion":2,"manifests":[]}');
    await expect(verifyImage(target())).rejects.toMatchObject({
      code: 'invalid-image',
      hint: 'Its index.json lists none.',
    });
    rmSync(target(), { recursive: true });
    writeFileSync(target(), Buffer.concat([entry('manifest.json', '[]'), TAR_END]));
    await expect(verifyImage(target())).rejects.toMatchObject({
      code: 'invalid-image',
      hint: 'Its manifest.json lists none.',
    });
  });

  it('does not wait for what is neither a file nor a directory', async () => {
    await expect(verifyImage('/dev/null')).rejects.toMatchObject({
      code: 'file-system',
      message: '/dev/null is neither a file nor a directory.',
    });
  });

  it('refuses an archive without an image, and a file that is not there', async () => {
    writeFileSync(target(), Buffer.concat([entry('readme.txt', 'Hello'), TAR_END]));
    await expect(verifyImage(target())).rejects.toMatchObject({ code: 'invalid-image' });
    await expect(verifyImage(join(directory, 'none'))).rejects.toMatchObject({ code: 'file-system' });
  });
});
