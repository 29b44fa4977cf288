import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diffImages } from '../../../src/engine/compare/diff-images.ts';
import type { ImageSummary } from '../../../src/engine/compare/image-summary.ts';
import { digestOfHex } from '../../../src/engine/oci/digest.ts';
import { requireRules } from '../../../src/main/compare/check-rules.ts';
import { parseSize } from '../../../src/main/compare/parse-size.ts';
import { readBudgetRules } from '../../../src/main/compare/rules-file.ts';

describe('parseSize', () => {
  it.each([
    ['0', 0],
    ['4096', 4096],
    ['500MB', 500_000_000],
    ['1.5 GiB', 1_610_612_736],
    ['2k', 2_000],
    ['7 b', 7],
  ])('reads %s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', 'MB', '-1', '1XB', '1e9', '1,5GB', '99999999TB'])('refuses "%s"', (text) => {
    expect(() => parseSize(text)).toThrow('is not a size');
  });
});

describe('a file of rules', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'strata-rules-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  async function read(text: string) {
    const path = join(directory, 'rules.json');
    await writeFile(path, text);
    return readBudgetRules(path);
  }

  it('may write sizes as text', async () => {
    expect(await read('{"maxSize": "500MB", "maxNewBytes": 12, "forbiddenPackages": ["gcc*"]}')).toEqual({
      maxSize: 500_000_000,
      maxNewBytes: 12,
      forbiddenPackages: ['gcc*'],
    });
  });

  it.each([
    ['{', 'is not JSON'],
    ['{"maxSise": 1}', 'maxSise'],
    ['{"maxSize": "big"}', 'maxSize: "big" is not a size'],
    ['{"maxLayers": -1}', 'maxLayers'],
    ['{"minEfficiency": 90}', 'minEfficiency'],
  ])('%s is refused with the place', async (text, problem) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(problem),
    });
  });

  it('that is not there is an error of the file system', async () => {
    await expect(readBudgetRules(join(directory, 'none'))).rejects.toMatchObject({ code: 'file-system' });
  });
});

describe('an image that breaks rules', () => {
  const store = '/nix/store/0123456789abcdfghijklmnpqrsvwxyz';
  const image: ImageSummary = {
    name: 'image',
    platform: { os: 'linux', architecture: 'amd64' },
    config: {},
    layers: [
      {
        digest: digestOfHex('a'.repeat(64)),
        diffId: digestOfHex('b'.repeat(64)),
        storePaths: [`${store}-gcc-12.2.0`],
        sizeBytes: 3_000_000,
        compressedBytes: 1_000_000,
      },
    ],
  };

  it('is told of each, in whole sentences', () => {
    const diff = diffImages({ ...image, layers: [] }, image);
    const rules = {
      maxSize: 2_000_000,
      maxLayers: 0,
      maxNewBytes: 999_999,
      maxNewBytesByChain: 999_999,
      minEfficiency: 0.95,
      forbiddenPackages: ['gc*'],
    };
    expect(() => requireRules(rules, { image, diff, efficiency: 0.9 })).toThrow(
      'The image has 3.00 MB; 2.00 MB are allowed. The image has 1 layer; 0 are allowed. ' +
        'A client downloads 1.00 MB (containerd, podman, docker 29 or newer); 1.00 MB are allowed. ' +
        "A client downloads 1.00 MB (docker's overlay2 store); 1.00 MB are allowed. " +
        'The efficiency is 90.0 %; it has to be at least 95.0 %. ' +
        'The image has gcc, which gc* forbids.',
    );
    expect(() => requireRules({ maxNewBytes: 1 }, { image })).toThrow('There is no image before');
    requireRules({ maxSize: 3_000_000, maxNewBytes: 1_000_000 }, { image, diff });
  });
});
