import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newProcessName } from '../../../src/main/files/process-mark.ts';
import { openBlobStore } from '../../../src/main/store/blob-store.ts';
import { type CliResult, repositoryRoot, strata, temporaryDirectory } from '../../support/cli.ts';
import { nodeAsOrdinaryUser, whyNoOrdinaryUser } from '../../support/ordinary-user.ts';
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

  it('verifies the index too, and compares it with the blobs both ways', async () => {
    await oneBlobOfTwoLayers();
    const blobs = join(cache.path, 'blobs');
    const index = join(blobs, 'index.sqlite');
    const zeroes = sha256(Buffer.alloc(1500));
    // What a quick check passes: the database's own index over digests says something else than its table.
    const bytes = readFileSync(index);
    const INDEX_LEAF = 0x0a;
    const page = Array.from({ length: bytes.length / 4096 }, (_, n) =>
      bytes.subarray(n * 4096, (n + 1) * 4096),
    )
      .filter((each) => each[0] === INDEX_LEAF)
      .find((each) => each.includes(zeroes));
    page?.write('md5', page.indexOf(zeroes));
    writeFileSync(index, bytes);
    const damaged = await run('verify');
    expect(damaged).toMatchObject({ exitCode: 0, stderr: '' });
    expect(damaged.stdout).toBe(
      'The index was damaged and is begun anew: layers are packed again as they are needed.\n' +
        '1 layer read, 0 damaged\n' +
        '1 layer not in the index: the next `strata cache prune` removes them',
    );
    expect((await run('prune', '--all')).stdout).toMatch(/^Removed 1 layer/);

    await oneBlobOfTwoLayers();
    rmSync(join(blobs, 'blobs/sha256', zeroes.slice('sha256:'.length)));
    expect((await run('verify')).stdout).toBe(
      `in the index, but not there: ${zeroes}\n0 layers read, 0 damaged`,
    );
    expect((await run('verify')).stdout).toBe('0 layers read, 0 damaged');
  });

  it('wants to be told what to remove, in a size that is one', async () => {
    expect(await run('prune')).toMatchObject({ exitCode: 2 });
    const { exitCode, stderr } = await run('prune', '--max-size', 'much');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('"much" is not a size.');
  });

  it('works beside what a killed process of another user left, and tells of it', async ({ skip }) => {
    const reason = await whyNoOrdinaryUser();
    if (reason) skip(reason);
    const blobs = join(cache.path, 'blobs');
    (await openBlobStore(blobs)).close();
    const { pid } = spawnSync('true');
    const left = join(blobs, 'sessions', newProcessName().replace(/^\d+/, String(pid)));
    mkdirSync(left);
    writeFileSync(join(left, '1'), 'half a layer');
    // Not even the owner of a directory may remove what is in it without this mode; root may.
    chmodSync(left, 0o555);
    if (process.getuid?.() === 0) await execa('chown', ['-R', '65534:65534', cache.path]);
    const env = { ...process.env, STRATA_CACHE_DIR: cache.path, NO_COLOR: '1' };
    const show = await nodeAsOrdinaryUser([join(repositoryRoot, 'src/main/cli.ts'), 'cache'], env);
    chmodSync(left, 0o755);
    expect(show.stderr).toBe('');
    expect(show.stdout).toMatch(/^Packed layers: 0/);
    expect(show.stdout.split('\n').at(-1)).toBe(`  ${left}`);
  });

  it('says which setting names a directory that cannot be made', async () => {
    const file = join(cache.path, 'file');
    writeFileSync(file, '');
    expect(await strata(['cache'], { env: { STRATA_CACHE_DIR: file } })).toMatchObject({
      exitCode: 5,
      stderr:
        `error: Cannot make ${file}: there is something else that is no directory (EEXIST).\n` +
        'hint: Set STRATA_CACHE_DIR to a directory that can be written.',
    });
  });
});
