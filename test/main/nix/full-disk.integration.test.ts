import { existsSync } from 'node:fs';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { composeSelection } from '../../../src/main/nix/compose-selection.ts';
import { listGcRoots } from '../../../src/main/nix/gc-roots.ts';
import { FIXTURE_SET, isolatedNix } from './support/isolated-nix.ts';

test('a disk that fills up in the middle of a build is said to be full, and serves again with room', async ({
  skip,
  onTestFinished,
}) => {
  const disk = await mkdtemp(join(tmpdir(), 'strata-disk-'));
  onTestFinished(() => rm(disk, { recursive: true, force: true }));
  const mounted = await execa('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', disk], { reject: false });
  if (mounted.failed) skip('A small file system cannot be mounted here: that takes root.');
  onTestFinished(async () => {
    await execa('umount', ['--lazy', disk]);
  });

  const nix = await isolatedNix([], disk);
  const compose = (name: string) =>
    composeSelection(
      {
        source: { type: 'path', path: FIXTURE_SET },
        importArguments: {},
        packages: [name],
        defaults: { cacert: false, ianaEtc: false },
        nix: { options: [] },
      },
      { cacheDirectory: nix.cacheDirectory, env: nix.env },
    );
  // Nix begins with a reserve, which is larger in newer versions, and with its databases.
  await compose('hello');
  const roots = await listGcRoots(nix.cacheDirectory);
  const filler = join(disk, 'filler');
  const { bavail, bsize } = await statfs(disk);
  // The package takes 3 MB.
  await writeFile(filler, Buffer.alloc(bavail * bsize - 2_000_000));
  await expect(compose('large')).rejects.toMatchObject({ code: 'disk-full' });
  expect(await listGcRoots(nix.cacheDirectory)).toEqual(roots);

  await rm(filler);
  const { packages } = await compose('large');
  expect(existsSync(join(packages[0]?.storePath ?? '', 'data'))).toBe(true);
});
