import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { type Header, pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Descriptor } from '../../../src/engine/oci/types.ts';
import { MEDIA_TYPES } from '../../../src/engine/oci/types.ts';
import { openStoredBlob } from '../../../src/main/images/checked-blob.ts';
import { describeImage } from '../../../src/main/images/describe-image.ts';
import { openFileSource } from '../../../src/main/images/file-source.ts';
import { DEFAULT_LAYER_LIMITS, readLayer } from '../../../src/main/images/read-layer.ts';
import type { BlobSource } from '../../../src/main/oci/image-source.ts';
import { readImage } from '../../../src/main/oci/read-image.ts';
import { StrataError } from '../../../src/shared/errors.ts';
import { makeImage, noise, sha256, type TestImage } from '../../support/registry-image.ts';

type Entry = readonly [header: Partial<Header> & { name: string }, content?: string | Buffer];

async function tar(...entries: Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const [header, content] of entries) archive.entry({ mtime: new Date(1000), ...header }, content ?? '');
  archive.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of archive) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** Reads a layer of the given bytes, whatever they are. */
function read(bytes: Buffer, limits = DEFAULT_LAYER_LIMITS, descriptor: Partial<Descriptor> = {}) {
  const layer = { mediaType: MEDIA_TYPES.layer, digest: sha256(bytes), size: bytes.length, ...descriptor };
  return readLayer({ openBlob: async () => Readable.from([bytes]) }, layer, { limits });
}

describe('a layer from elsewhere', () => {
  it.each([
    ['a path that leads out', [{ name: '../../etc/passwd' }, 'x'], '../../etc/passwd leads out of the image'],
    ['an absolute path that leads out', [{ name: '/../etc/passwd' }, 'x'], 'leads out of the image'],
    ['a hidden way out', [{ name: 'a/../../x' }, 'x'], 'leads out of the image'],
    [
      'a hard link that leads out',
      [{ name: 'a', type: 'link', linkname: '../../etc/shadow' }],
      'the hard link a leads out of the image, to ../../etc/shadow',
    ],
  ] as const)('is refused for %s, with the place', async (_, entry, problem) => {
    const bytes = await tar(entry as Entry);
    await expect(read(bytes)).rejects.toMatchObject({
      code: 'invalid-image',
      message: expect.stringContaining(problem),
    });
    await expect(read(bytes)).rejects.toThrow(sha256(bytes));
  });

  it('may have symbolic links that lead anywhere: nothing follows them', async () => {
    const layer = await read(await tar([{ name: 'a', type: 'symlink', linkname: '/../../etc/shadow' }]));
    expect(layer.entries).toMatchObject([{ path: 'a', linkTarget: '/../../etc/shadow' }]);
  });

  it('is refused when it expands beyond all measure', async () => {
    const bomb = gzipSync(await tar([{ name: 'zeros' }, Buffer.alloc(20_000_000)]));
    const limits = { ...DEFAULT_LAYER_LIMITS, uncompressedBytes: 10_000_000 };
    await expect(read(bomb, limits)).rejects.toThrow('expands to more than 10000000 bytes');
    const ratio = { ...DEFAULT_LAYER_LIMITS, ratio: 100, ratioFromBytes: 1_000_000 };
    await expect(read(bomb, ratio)).rejects.toThrow('more than 100 times as many');
  });

  it('is refused when it has more entries or longer paths than any image', async () => {
    const many = await tar([{ name: 'a' }], [{ name: 'b' }], [{ name: 'c' }]);
    await expect(read(many, { ...DEFAULT_LAYER_LIMITS, entries: 1 })).rejects.toThrow('more than 1 entries');
    const long = await tar([{ name: 'd/'.repeat(3_000) }]);
    await expect(read(long)).rejects.toThrow('a path of 5999 bytes');
    const link = await tar([{ name: 'l', type: 'symlink', linkname: 'd/'.repeat(3_000) }]);
    await expect(read(link)).rejects.toThrow('a link to a path of 6000 bytes');
  });

  it('is let go of when it is refused before its end', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'strata-let-go-'));
    const file = join(directory, 'layer');
    const bytes = await tar([{ name: '../a' }], [{ name: 'b' }, noise('b', 5_000_000)]);
    await writeFile(file, bytes);
    const layer = { mediaType: MEDIA_TYPES.layer, digest: sha256(bytes), size: bytes.length };
    let opened: Readable | undefined;
    const source = {
      openBlob: async () => {
        opened = openStoredBlob(file, layer);
        return opened;
      },
    };
    await expect(readLayer(source, layer)).rejects.toThrow('leads out of the image');
    await vi.waitFor(() => expect(opened?.destroyed).toBe(true));
    await rm(directory, { recursive: true });
  });

  it('is refused when it is cut off anywhere', async () => {
    const whole = await tar([{ name: 'a' }, 'x'.repeat(2_000)], [{ name: 'b' }, 'y']);
    const { digest, size } = { digest: sha256(whole), size: whole.length };
    for (const length of [100, 512, 1_000, 2_560, 3_000, whole.length - 1024, whole.length - 1]) {
      const cut = whole.subarray(0, length);
      await expect(read(cut, undefined, { digest, size }), `${length} bytes`).rejects.toMatchObject({
        code: 'invalid-image',
      });
    }
    await expect(read(gzipSync(whole).subarray(0, -10))).rejects.toMatchObject({ code: 'invalid-image' });
  });

  it('may lack the two empty blocks at its end, as umoci writes it', async () => {
    const whole = await tar([{ name: 'a' }, 'x']);
    expect((await read(whole.subarray(0, 1024))).entries).toHaveLength(1);
  });

  it('is refused when an entry claims a size beyond the archive', async () => {
    const bytes = await tar([{ name: 'a' }, 'x']);
    bytes.write('77777777777\0', 124);
    bytes.write('        ', 148);
    const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    await expect(read(bytes)).rejects.toThrow('it ends in the middle of a');
  });

  it('is refused when its bytes are not those of its digest or its size', async () => {
    const bytes = await tar([{ name: 'a' }, 'x']);
    await expect(read(bytes, undefined, { digest: sha256(Buffer.from('other')) })).rejects.toThrow(
      `its bytes have the digest ${sha256(bytes)}`,
    );
    await expect(read(bytes, undefined, { size: bytes.length + 1 })).rejects.toThrow('before its end');
    const trailing = Buffer.concat([gzipSync(bytes), Buffer.alloc(200_000, 'x')]);
    await expect(read(trailing)).rejects.toMatchObject({ code: 'invalid-image' });
  });
});

describe('a layer with damage anywhere', () => {
  it('is read or refused, and never anything else', async () => {
    const whole = await tar(
      [{ name: 'a' }, 'x'.repeat(700)],
      [{ name: `${'long/'.repeat(40)}name` }, 'y'],
      [{ name: 'l', type: 'symlink', linkname: 'a' }],
    );
    const forms = [whole, gzipSync(whole), zstdCompressSync(whole)];
    const damage = fc.record({ at: fc.nat(), value: fc.integer({ min: 0, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(fc.nat(2), fc.array(damage, { minLength: 1, maxLength: 4 }), async (form, places) => {
        const bytes = Buffer.from(forms[form] as Buffer);
        for (const { at, value } of places) bytes[at % bytes.length] = value;
        const outcome = await read(bytes).then(
          () => 'read',
          (error: unknown) => (error instanceof StrataError ? error.code : error),
        );
        expect(['read', 'invalid-image']).toContain(outcome);
      }),
      { numRuns: 400 },
    );
  });
});

describe('a foreign layer', () => {
  const mediaType = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';
  const layer = { mediaType, digest: sha256(Buffer.from('x')), size: 1 } as const;
  const readFrom = (source: BlobSource, urls?: readonly string[]) =>
    readLayer(source, { ...layer, ...(urls === undefined ? {} : { urls }) });

  it.each(['invalid-image', 'registry-not-found'] as const)(
    'that is not there (%s) is said to be held elsewhere, and where',
    async (code) => {
      const source: BlobSource = {
        openBlob: async () => {
          throw new StrataError(code, 'It is not here.');
        },
      };
      await expect(readFrom(source, ['https://maker.example/base'])).rejects.toMatchObject({
        code: 'not-found',
        message: expect.stringMatching(/is a foreign layer.* held elsewhere\. It is not here\./),
        hint: expect.stringContaining('https://maker.example/base'),
      });
      await expect(readFrom(source)).rejects.toMatchObject({
        hint: expect.stringContaining('does not say where'),
      });
    },
  );

  it('that is there is read, and one with other bytes is not sound', async () => {
    const bytes = await tar([{ name: 'a' }]);
    const { entries } = await read(bytes, DEFAULT_LAYER_LIMITS, { mediaType });
    expect(entries.map(({ path }) => path)).toEqual(['a']);
    await expect(readFrom({ openBlob: async () => Readable.from([bytes]) })).rejects.toMatchObject({
      code: 'invalid-image',
    });
  });
});

describe('an image on disk from elsewhere', () => {
  let directory: string;
  let file: string;
  let image: TestImage;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'strata-untrusted-'));
    file = join(directory, 'image.tar');
    image = await makeImage([[{ path: 'a', content: 'a' }]]);
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  function layout(blobs = image.blobs): Entry[] {
    const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [image.root] };
    return [
      [{ name: 'oci-layout' }, '{"imageLayoutVersion":"1.0.0"}'],
      [{ name: 'index.json' }, JSON.stringify(index)],
      ...[...blobs].map(([digest, bytes]): Entry => [{ name: `blobs/sha256/${digest.slice(7)}` }, bytes]),
    ];
  }

  async function openWith(...entries: Entry[]) {
    await writeFile(file, await tar(...entries));
    const source = await openFileSource(file, undefined);
    try {
      return await describeImage(source, { platform: { os: 'linux', architecture: 'amd64' } });
    } finally {
      await source.close();
    }
  }

  it('is read when it is sound', async () => {
    const { layers } = await openWith(...layout());
    expect(layers[0]?.entries.map(({ path }) => path)).toEqual(['a']);
  });

  it.each([
    ['a file outside of itself', [{ name: '../evil' }, 'x'], 'a file outside of itself: ../evil'],
    ['an absolute file', [{ name: '/etc/cron.d/evil' }, 'x'], 'a file outside of itself: /etc/cron.d/evil'],
    [
      'a link out',
      [{ name: 'x', type: 'symlink', linkname: '/etc/passwd' }],
      'a link that leads out of it: x -> /etc/passwd',
    ],
    ['a hard link out', [{ name: 'x', type: 'link', linkname: '../../x' }], 'a link that leads out of it'],
    ['a device', [{ name: 'x', type: 'block-device', devmajor: 8, devminor: 0 }], 'a block device'],
    ['two indexes', [{ name: 'index.json' }, '{}'], 'index.json more than once'],
  ] as const)('is refused for %s, and nothing is written', async (_, entry, problem) => {
    await expect(openWith(...layout(), entry as Entry)).rejects.toMatchObject({
      code: 'invalid-image',
      message: expect.stringContaining(problem),
    });
    expect(await readdir(directory)).toEqual(['image.tar']);
  });

  it('is refused when its layers have more entries together than any image', async () => {
    image = await makeImage([
      [{ path: 'a', content: 'a' }],
      [{ path: 'b', content: 'b' }],
      [{ path: 'c', content: 'c' }],
    ]);
    await writeFile(file, await tar(...layout()));
    const source = await openFileSource(file, undefined);
    const limits = { ...DEFAULT_LAYER_LIMITS, entries: 2 };
    const platform = { os: 'linux', architecture: 'amd64' };
    await expect(describeImage(source, { limits, platform })).rejects.toThrow('more than 2 entries in all');
    await source.close();
  });

  it('is read once where it lists one layer many times, and its entries counted each time', async () => {
    const layer = [{ path: 'a', content: 'a' }];
    image = await makeImage(Array.from({ length: 50 }, () => layer));
    await writeFile(file, await tar(...layout()));
    const source = await openFileSource(file, undefined);
    const opened: string[] = [];
    const counted: typeof source = {
      ...source,
      async openBlob(blob, range) {
        opened.push(blob.digest);
        return source.openBlob(blob, range);
      },
    };
    const platform = { os: 'linux', architecture: 'amd64' };
    const progress: number[] = [];
    const { layers, waste } = await describeImage(counted, {
      platform,
      onProgress: (done, total) => progress.push(done / total),
    });
    expect(layers).toHaveLength(50);
    expect(waste).toMatchObject({ shippedBytes: 50, supersededBytes: 49 });
    expect(opened.filter((digest) => digest === image.layers[0]?.digest)).toHaveLength(1);
    expect(progress.at(-1)).toBe(1);
    const limits = { ...DEFAULT_LAYER_LIMITS, entries: 49 };
    await expect(describeImage(source, { limits, platform })).rejects.toThrow('more than 49 entries in all');
    await source.close();
  });

  it('is told apart by its layers where a docker-archive is a directory', async () => {
    const contents = ['one', 'two'];
    const layers = await Promise.all(contents.map((content) => tar([{ name: 'a' }, content])));
    const config = {
      architecture: 'amd64',
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: layers.map(sha256) },
    };
    const place = join(directory, 'archive');
    await mkdir(place);
    await writeFile(join(place, 'config.json'), JSON.stringify(config));
    for (const [index, bytes] of layers.entries()) await writeFile(join(place, `${index}.tar`), bytes);
    const entry = { Config: 'config.json', RepoTags: null, Layers: ['0.tar', '1.tar', '0.tar'] };
    await writeFile(join(place, 'manifest.json'), JSON.stringify([entry]));
    const source = await openFileSource(place, undefined);
    const manifest = JSON.parse(String(await source.readManifest(source.root)));
    const [one, two] = layers.map(sha256);
    expect(manifest.layers.map(({ digest }: Descriptor) => digest)).toEqual([one, two, one]);
    await source.close();
  });

  it('is refused when its index is a link to a file of this machine', async () => {
    const link: Entry = [{ name: 'index.json', type: 'symlink', linkname: '/etc/hostname' }];
    await expect(openWith(link)).rejects.toMatchObject({ code: 'invalid-image' });
  });

  it('is refused when a blob is missing, has another size, or other bytes', async () => {
    const [layer] = image.layers as [Descriptor];
    const without = new Map(image.blobs);
    without.delete(layer.digest);
    await expect(openWith(...layout(without))).rejects.toThrow(`lacks blobs/sha256/${layer.digest.slice(7)}`);
    const longer = new Map(image.blobs).set(layer.digest, Buffer.alloc(layer.size + 1));
    await expect(openWith(...layout(longer))).rejects.toThrow(`its descriptor says ${layer.size}`);
    const other = new Map(image.blobs).set(layer.digest, Buffer.alloc(layer.size));
    await expect(openWith(...layout(other))).rejects.toMatchObject({ code: 'corrupt-blob' });
  });

  it('names the address of a layer that only its maker gives out', async () => {
    const [layer] = image.layers as [Descriptor];
    const mediaType = 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip';
    const manifest = JSON.parse(String(image.blobs.get(image.root.digest)));
    manifest.layers = [{ ...layer, mediaType, urls: ['https://maker.example/base'] }];
    const bytes = Buffer.from(JSON.stringify(manifest));
    const digest = sha256(bytes);
    const blobs = new Map(image.blobs).set(digest, bytes);
    blobs.delete(layer.digest);
    image = { ...image, root: { ...image.root, digest, size: bytes.length } };
    await expect(openWith(...layout(blobs))).rejects.toMatchObject({
      code: 'not-found',
      hint: expect.stringContaining('https://maker.example/base'),
    });
  });

  it('is refused when its manifest or its configuration was changed', async () => {
    for (const digest of [image.root.digest, image.config.digest]) {
      const changed = Buffer.from(image.blobs.get(digest) as Buffer);
      changed[changed.length - 2] = (changed[changed.length - 2] ?? 0) ^ 1;
      const blobs = new Map(image.blobs).set(digest, changed);
      await expect(openWith(...layout(blobs))).rejects.toMatchObject({
        code: expect.stringMatching(/^(invalid-image|corrupt-blob)$/),
      });
    }
  });

  it('is refused when it is a list where an image for another platform was expected', async () => {
    await writeFile(file, await tar(...layout()));
    const source = await openFileSource(file, undefined);
    const index = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        manifests: [{ ...image.root, platform: { os: 'linux', architecture: 's390x' } }],
      }),
    );
    const root = { mediaType: MEDIA_TYPES.index, digest: sha256(index), size: index.length };
    const listed = { ...source, root, readManifest: async () => index };
    await expect(readImage(listed, { os: 'linux', architecture: 'amd64' })).rejects.toMatchObject({
      code: 'invalid-image',
      message: `${file} has no image for linux/amd64.`,
      hint: 'It has images for linux/s390x.',
    });
    await source.close();
  });
});
