import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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
  const mounted = await execa('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', disk], { reject: false });
  if (mounted.failed) skip('A small file system cannot be mounted here: that takes root.');
  onTestFinished(async () => {
    await execa('umount', ['--lazy', disk]);
  });

  const nix = await isolatedNix([], disk);
  const compose = () =>
    composeSelection(
      {
        source: { type: 'path', path: FIXTURE_SET },
        importArguments: {},
        packages: ['large'],
        defaults: { cacert: false, ianaEtc: false },
        nix: { options: [] },
      },
      { cacheDirectory: nix.cacheDirectory, env: nix.env },
    );
  const filler = join(disk, 'filler');
  await writeFile(filler, Buffer.alloc(3_500_000));
  await expect(compose()).rejects.toMatchObject({ code: 'disk-full' });
  expect(await listGcRoots(nix.cacheDirectory)).toEqual([]);

  await rm(filler);
  const { packages } = await compose();
  expect(existsSync(join(packages[0]?.storePath ?? '', 'data'))).toBe(true);
});
