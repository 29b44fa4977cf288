import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBlobStore } from '../../../src/main/store/blob-store.ts';
import { type CliResult, strata, temporaryDirectory } from '../../support/cli.ts';
import { sha256 } from '../../support/registry-image.ts';

let cache: { path: string; remove: () => Promise<void> };
beforeEach(async () => {
  cache = await temporaryDirectory('cache-command');
});
afterEach(() => cache.remove());

const run = (...args: string[]): Promise<CliResult> =>
  strata(['cache', ...args], { env: { STRATA_CACHE_DIR: cache.path } });

/** A blob of 1500 bytes that is two layers, as after a pull of what was packed here. */
async function oneBlobOfTwoLayers(): Promise<void> {
  const store = await openBlobStore(join(cache.path, 'blobs'));
  for (const key of ['packed', 'pulled']) {
    const file = store.temporaryFile();
    const bytes = Buffer.alloc(1500);
    writeFileSync(file, bytes);
    const digest = sha256(bytes);
    const facts = { compression: 'none', sizeBytes: 1500, uncompressedBytes: 1500 } as const;
    await store.add({ ...facts, key, digest, diffId: digest, label: key }, file);
  }
  store.close();
}

describe('strata cache', () => {
  it('counts blobs once, when it shows them and when it removes them', async () => {
    await oneBlobOfTwoLayers();
    expect((await run()).stdout).toMatch(/^Packed layers: 1, 1\.50 kB, in /);
    expect((await run('verify')).stdout).toBe('1 layer read, 0 damaged');
    expect((await run('prune', '--max-size', '1KiB')).stdout).toBe(
      'Removed 1 layer, 1.50 kB; kept 0 layers, 0 B',
    );
    expect((await run()).stdout).toMatch(/^Packed layers: 0, 0 B, in /);
  });

  it('wants to be told what to remove, in a size that is one', async () => {
    expect(await run('prune')).toMatchObject({ exitCode: 2 });
    const { exitCode, stderr } = await run('prune', '--max-size', 'much');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('"much" is not a size.');
  });

  it('says which setting names a directory that cannot be made', async () => {
    const file = join(cache.path, 'file');
    writeFileSync(file, '');
    expect(await strata(['cache'], { env: { STRATA_CACHE_DIR: file } })).toMatchObject({
      exitCode: 5,
      stderr:
        `error: Cannot make ${file}/blobs: a part of the path is not a directory (ENOTDIR).\n` +
        'hint: Set STRATA_CACHE_DIR to a directory that can be written.',
    });
  });
});
