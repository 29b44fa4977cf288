import { createHash } from 'node:crypto';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Descriptor } from '../../../src/engine/oci/types.ts';
import type { Image } from '../../../src/main/assemble/image.ts';
import { newProcessName } from '../../../src/main/files/process-mark.ts';
import { exportImage, streamImage } from '../../../src/main/images/export.ts';
import { openImageFiles } from '../../../src/main/images/image-files.ts';
import { openImage } from '../../../src/main/images/open-image.ts';
import type { BlobStore } from '../../../src/main/store/blob-store.ts';
import { Cancelled } from '../../../src/shared/errors.ts';
import type { ExportFormat } from '../../../src/shared/export-formats.ts';
import { type Sample, sampleImage } from '../../support/sample-image.ts';

let sample: Sample;
let blobs: BlobStore;
let image: Image;
let directory: string;

beforeAll(async () => {
  sample = sampleImage();
  blobs = await sample.openStore();
  image = await sample.assemble(blobs);
});
afterAll(() => {
  blobs.close();
  sample.remove();
});
beforeEach(() => {
  directory = join(sample.store.root, 'export');
  mkdirSync(directory);
});
afterEach(() => rmSync(directory, { recursive: true }));

/** The id of a process that ended: the largest process number of Linux is 2^22. */
const DEAD = newProcessName().replace(/^\d+/, '4194305');

const name = { name: 'team/web', tags: ['v1'] };
const output = () => join(directory, 'image');
const write = (format: ExportFormat, more: Partial<Parameters<typeof exportImage>[0]> = {}) =>
  exportImage({ image, store: blobs, format, output: output(), name, ...more });

async function filesIn(path: string): Promise<ReadonlyMap<string, Buffer>> {
  const archive = await openImageFiles(path);
  const files = new Map<string, Buffer>();
  for (const file of archive.files.values()) {
    const pieces: Buffer[] = [];
    for await (const piece of file.read()) pieces.push(Buffer.from(piece));
    files.set(file.path, Buffer.concat(pieces));
  }
  await archive.close();
  return files;
}

const json = (files: ReadonlyMap<string, Buffer>, path: string) => JSON.parse(String(files.get(path)));
const blobPath = ({ digest }: { digest: string }) => `blobs/${digest.replace(':', '/')}`;

/** All blobs of the image are there under the name of their digest. */
function expectBlobs(files: ReadonlyMap<string, Buffer>) {
  const descriptors = [image.manifest.descriptor, image.config.descriptor, ...image.manifest.value.layers];
  for (const descriptor of descriptors) {
    const bytes = files.get(blobPath(descriptor)) ?? Buffer.alloc(0);
    expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(descriptor.digest);
  }
}

describe('exporting an image', () => {
  it('as oci gives a tar that is an image layout and a docker-archive at once', async () => {
    const bytes = await write('oci');
    expect(bytes).toBe(readFileSync(output()).length);
    const files = await filesIn(output());
    expectBlobs(files);
    expect(json(files, 'oci-layout')).toEqual({ imageLayoutVersion: '1.0.0' });
    expect(json(files, 'index.json')).toMatchObject({
      schemaVersion: 2,
      manifests: [
        {
          ...image.manifest.descriptor,
          platform: { os: 'linux', architecture: 'amd64' },
          annotations: {
            'io.containerd.image.name': 'docker.io/team/web:v1',
            'org.opencontainers.image.ref.name': 'v1',
          },
        },
      ],
    });
    expect(json(files, 'manifest.json')).toEqual([
      {
        Config: blobPath(image.config.descriptor),
        RepoTags: ['docker.io/team/web:v1'],
        Layers: image.manifest.value.layers.map(blobPath),
      },
    ]);
  });

  it('as docker-archive gives the files that manifest.json names', async () => {
    await write('docker-archive');
    const files = await filesIn(output());
    const [entry] = json(files, 'manifest.json');
    expect(entry.RepoTags).toEqual(['docker.io/team/web:v1']);
    expect(files.get(entry.Config)).toEqual(image.config.bytes);
    expect(entry.Layers).toHaveLength(3);
    expect([...files.keys()].toSorted()).toEqual(['manifest.json', entry.Config, ...entry.Layers].toSorted());
  });

  it('as oci-dir gives an image layout', async () => {
    await write('oci-dir');
    expect(readdirSync(output()).toSorted()).toEqual(['blobs', 'index.json', 'oci-layout']);
    expectBlobs(await filesIn(output()));
  });

  it.each(['oci', 'docker-archive'] as const)(
    'as %s gives the same bytes every time, to a pipe too',
    async (format) => {
      await write(format);
      const first = readFileSync(output());
      await write(format);
      expect(readFileSync(output()).equals(first)).toBe(true);
      const pieces: Buffer[] = [];
      await streamImage({
        image,
        store: blobs,
        format,
        name,
        write: async (bytes) => {
          pieces.push(Buffer.from(bytes));
        },
      });
      expect(Buffer.concat(pieces).equals(first)).toBe(true);
    },
  );

  it.each([
    ['web', 'docker.io/library/web:v1'],
    ['team/web', 'docker.io/team/web:v1'],
    ['localhost/web', 'localhost/web:v1'],
    ['registry.example.com:5000/team/web', 'registry.example.com:5000/team/web:v1'],
  ])('calls %s by its whole name', async (repository, whole) => {
    await write('oci-dir', { name: { name: repository, tags: ['v1'] } });
    const index = JSON.parse(readFileSync(join(output(), 'index.json'), 'utf8'));
    expect(index.manifests[0].annotations['io.containerd.image.name']).toBe(whole);
  });

  it('has every tag that it is given', async () => {
    await write('oci', { name: { name: 'web', tags: ['v1', 'latest'] } });
    const files = await filesIn(output());
    const read = (path: string) => JSON.parse(String(files.get(path)));
    expect(read('manifest.json')[0].RepoTags).toEqual([
      'docker.io/library/web:v1',
      'docker.io/library/web:latest',
    ]);
    const { manifests } = read('index.json') as { manifests: Descriptor[] };
    expect(manifests.map(({ annotations }) => annotations?.['org.opencontainers.image.ref.name'])).toEqual([
      'v1',
      'latest',
    ]);
    expect(new Set(manifests.map(({ digest }) => digest))).toEqual(
      new Set([image.manifest.descriptor.digest]),
    );
    for (const location of [undefined, 'v1', 'latest']) {
      const source = await openImage({ type: 'file', path: output(), name: location });
      expect(source.root.digest).toBe(image.manifest.descriptor.digest);
      await source.close();
    }
  });

  it('reports progress up to all of the bytes', async () => {
    const seen: number[] = [];
    let total = 0;
    await write('oci', {
      onProgress({ doneBytes, totalBytes }) {
        seen.push(doneBytes);
        total = totalBytes;
      },
    });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(total);
  });
});

describe('the target of an export', () => {
  it('is replaced when the new image is whole', async () => {
    writeFileSync(output(), 'what was there before');
    await write('oci');
    expect(readFileSync(output(), 'utf8')).not.toContain('what was there before');
    expect(readdirSync(directory)).toEqual(['image']);
  });

  it.each(['oci', 'docker-archive', 'oci-dir'] as const)(
    'is left as it was when a layer turns out to be damaged (%s), which is then packed anew',
    async (format) => {
      const layer = image.layers[1];
      const bytes = readFileSync(layer?.file ?? '');
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8(damaged.readUInt8(100) ^ 1, 100);
      writeFileSync(layer?.file ?? '', damaged);
      if (format !== 'oci-dir') writeFileSync(output(), 'what was there before');
      await expect(write(format)).rejects.toMatchObject({
        code: 'corrupt-blob',
        details: { digest: layer?.descriptor.digest },
      });
      expect(readdirSync(directory)).toEqual(format === 'oci-dir' ? [] : ['image']);
      if (format !== 'oci-dir') expect(readFileSync(output(), 'utf8')).toBe('what was there before');

      const again = await sample.assemble(blobs);
      expect(again.layers.map(({ origin }) => origin)).toEqual(['cached', 'packed', 'cached']);
      await write(format, { image: again });
      expect(existsSync(output())).toBe(true);
    },
  );

  it.each(['oci', 'oci-dir'] as const)(
    'is left as it was when the export is cancelled (%s)',
    async (format) => {
      const controller = new AbortController();
      await expect(
        write(format, { signal: controller.signal, onProgress: () => controller.abort() }),
      ).rejects.toBeInstanceOf(Cancelled);
      expect(readdirSync(directory)).toEqual([]);
    },
  );

  it('is cleared of what killed processes left beside it', async () => {
    writeFileSync(join(directory, `.image.strata-new-${DEAD}`), 'half an image');
    writeFileSync(join(directory, `.image.strata-new-${newProcessName()}`), 'being written');
    writeFileSync(join(directory, '.image.strata-new-1.2.0badcafe'), 'being written in another container');
    await write('oci');
    const names = readdirSync(directory).toSorted();
    expect(names).toEqual([
      '.image.strata-new-1.2.0badcafe',
      expect.stringContaining(`${process.pid}`),
      'image',
    ]);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'leaves alone what another user put beside it to be taken for ours',
    async () => {
      const theirs = join(directory, `.image.strata-old-${DEAD}`);
      writeFileSync(theirs, 'not an image');
      chownSync(theirs, 65_534, 65_534);
      await write('oci');
      expect(readFileSync(theirs, 'utf8')).toBe('not an image');
      expect(readdirSync(directory)).toHaveLength(2);
    },
  );

  it('may be an image layout, which is replaced as a whole', async () => {
    await write('oci-dir');
    writeFileSync(join(output(), 'blobs/sha256', 'a'.repeat(64)), 'of an older image');
    await write('oci-dir');
    expect(readdirSync(join(output(), 'blobs/sha256'))).toHaveLength(5);
    expect(readdirSync(directory)).toEqual(['image']);
  });

  it('is never a directory of something else', async () => {
    mkdirSync(output());
    writeFileSync(join(output(), 'thesis.txt'), 'years of work');
    await expect(write('oci-dir')).rejects.toMatchObject({
      code: 'file-system',
      message: `${output()} exists and is not an OCI image layout.`,
    });
    await expect(write('oci')).rejects.toMatchObject({ code: 'file-system' });
    expect(readdirSync(output())).toEqual(['thesis.txt']);
  });

  it('is a layout again when a process was killed while it replaced it', async () => {
    await write('oci-dir');
    const old = join(directory, `.image.strata-old-${DEAD}`);
    renameSync(output(), old);
    const controller = new AbortController();
    const cancelled = write('oci-dir', { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(cancelled).rejects.toBeInstanceOf(Cancelled);
    expect(readdirSync(directory)).toEqual(['image']);
    expect(readdirSync(output())).toContain('index.json');
  });

  it('may be a link, which is followed', async () => {
    writeFileSync(join(directory, 'real'), 'what was there before');
    symlinkSync('real', output());
    await write('oci');
    expect(readdirSync(directory).toSorted()).toEqual(['image', 'real']);
    expect(lstatSync(output()).isSymbolicLink()).toBe(true);
    expect((await filesIn(join(directory, 'real'))).has('index.json')).toBe(true);
  });

  it('is never a device, which would be gone afterwards', async () => {
    await expect(write('oci', { output: '/dev/null' })).rejects.toMatchObject({
      code: 'file-system',
      message: '/dev/null is neither a file nor a directory.',
    });
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('has to be in a directory that exists', async () => {
    await expect(write('oci', { output: join(directory, 'none', 'image') })).rejects.toMatchObject({
      code: 'file-system',
      message: expect.stringContaining('does not exist (ENOENT)'),
    });
  });
});
