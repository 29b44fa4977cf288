import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Image } from '../../../src/main/assemble/image.ts';
import { describeImage } from '../../../src/main/images/describe-image.ts';
import { exportImage } from '../../../src/main/images/export.ts';
import { openFileSource } from '../../../src/main/images/file-source.ts';
import { verifyImage } from '../../../src/main/verify/verify.ts';
import { type Sample, sampleImage } from '../../support/sample-image.ts';

/** Archives as users have them: compressed as a whole, saved by podman, copied by skopeo. */

let sample: Sample;
let image: Image;
let directory: string;
const at = (name: string) => join(directory, name);

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'strata-archives-'));
  sample = sampleImage();
  const blobs = await sample.openStore();
  image = await sample.assemble(blobs);
  for (const format of ['oci', 'docker-archive'] as const) {
    await exportImage({
      image,
      store: blobs,
      format,
      output: at(format),
      name: { name: 'web', tags: ['v1'] },
    });
  }
  blobs.close();
});
afterAll(() => {
  sample.remove();
  rmSync(directory, { recursive: true });
});

/** The paths of all files of an image, and its configuration, read from end to end. */
async function read(path: string) {
  const source = await openFileSource(path, undefined);
  try {
    const { layers, config } = await describeImage(source, {
      platform: { os: 'linux', architecture: 'amd64' },
    });
    return { config, files: layers.map(({ entries }) => entries.map((entry) => entry.path)) };
  } finally {
    await source.close();
  }
}

async function pipe(command: readonly [string, ...string[]], from: string, to: string): Promise<void> {
  const [file, ...args] = command;
  await execa(file, args, { inputFile: from, stdout: { file: to } });
}

describe('an archive that is compressed as a whole', () => {
  const programs = [
    ['gzip'],
    ['pigz', '--independent', '--blocksize', '128'],
    ['zstd', '--quiet'],
    // Several frames in one file, and a window that is larger than the archive.
    ['pzstd', '--quiet'],
    ['zstd', '--quiet', '--long=27'],
  ] as const;
  const formats = ['oci', 'docker-archive'] as const;
  it.each(programs.flatMap((program) => formats.map((format) => [program, format] as const)))(
    'is read like the archive itself: %j of %s',
    async (program, format) => {
      await pipe(program, at(format), at('compressed'));
      expect((await verifyImage(at('compressed'))).problems).toEqual([]);
      expect(await read(at('compressed'))).toEqual(await read(at(format)));
    },
  );

  it('leaves nothing behind, not even while it is open', async () => {
    const place = at('tmp');
    mkdirSync(place);
    await pipe(['gzip'], at('oci'), at('compressed'));
    const before = process.env.TMPDIR;
    process.env.TMPDIR = place;
    try {
      const source = await openFileSource(at('compressed'), undefined);
      expect(readdirSync(place)).toEqual([]);
      await source.close();
      process.env.TMPDIR = at('nowhere');
      await expect(openFileSource(at('compressed'), undefined)).rejects.toMatchObject({
        code: 'file-system',
        hint: expect.stringContaining('TMPDIR'),
      });
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });

  it('is refused where it was cut off', async () => {
    await pipe(['gzip'], at('oci'), at('whole'));
    await pipe(['head', '-c', '5000'], at('whole'), at('compressed'));
    await expect(read(at('compressed'))).rejects.toMatchObject({
      code: 'invalid-image',
      message: expect.stringContaining('cannot be unpacked (gzip)'),
    });
  });

  it('says how to unpack what is not read', async () => {
    await pipe(['xz', '-0'], at('oci'), at('compressed'));
    await expect(read(at('compressed'))).rejects.toMatchObject({
      code: 'invalid-image',
      hint: expect.stringContaining('unxz'),
    });
  });
});

describe('a directory of skopeo', () => {
  it.each(['oci-archive:oci', 'docker-archive:docker-archive'])(
    'is an image like the archive that it was copied from: %s',
    async (source) => {
      const [transport, name = ''] = source.split(':');
      const copy = at('copy');
      await execa('skopeo', [
        '--insecure-policy',
        'copy',
        '--quiet',
        `${transport}:${at(name)}`,
        `dir:${copy}`,
      ]);
      expect(await verifyImage(copy)).toMatchObject({ format: 'dir', problems: [] });
      expect(await read(copy)).toMatchObject({ files: (await read(at(name))).files });
      rmSync(copy, { recursive: true });
    },
  );
});

describe('what podman saves', () => {
  it('is read through gzip and zstd', async () => {
    const podman = ['--root', at('podman'), '--runroot', at('podman-run'), '--storage-driver', 'vfs'];
    const loaded = await execa('podman', [...podman, 'load', '--quiet', '--input', at('docker-archive')], {
      reject: false,
    });
    if (loaded.failed) {
      console.log(`Skipped: podman does not work here: ${loaded.stderr.split('\n').at(-1)}`);
      return;
    }
    const files = (await read(at('docker-archive'))).files;
    for (const [format, program] of [
      ['docker-archive', 'gzip'],
      ['oci-archive', 'zstd'],
    ] as const) {
      const name = 'web:v1';
      await execa('podman', [
        ...podman,
        'save',
        '--quiet',
        '--format',
        format,
        '--output',
        at(format + program),
        name,
      ]);
      await pipe([program], at(format + program), at('compressed'));
      expect((await verifyImage(at('compressed'))).problems).toEqual([]);
      expect(await read(at('compressed'))).toMatchObject({ files });
    }
  });
});
