import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { narHashOf } from '../../../src/main/nix/nar-hash.ts';
import { hexHash } from '../../../src/shared/nix-hash.ts';
import { temporaryDirectory } from '../documents/support.ts';

async function byNix(path: string): Promise<string> {
  const { stdout } = await execa('nix-hash', ['--type', 'sha256', path]);
  return stdout.trim();
}

test('the hash of files is the one that Nix computes', async () => {
  const directory = await temporaryDirectory();
  await mkdir(join(directory, 'b/empty'), { recursive: true });
  for (const size of [0, 1, 7, 8, 9, 200_001]) {
    await writeFile(join(directory, `b/file-${size}`), Buffer.alloc(size, 'x'));
  }
  await writeFile(join(directory, 'a.nix'), '{ }');
  await writeFile(join(directory, 'naïve name'), '');
  await chmod(join(directory, 'a.nix'), 0o755);
  await symlink('../nowhere', join(directory, 'b/link'));
  await writeFile(join(directory, 'b/.git'), 'below the top it is a file like any other');
  for (const path of [directory, join(directory, 'a.nix'), join(directory, 'b/link')]) {
    expect(hexHash(await narHashOf(path))).toBe(await byNix(path));
  }
  const before = await narHashOf(directory);
  await mkdir(join(directory, '.git'));
  expect(await narHashOf(directory)).toBe(before);
});

test('what is no file says so', async () => {
  const directory = await temporaryDirectory();
  await execa('mkfifo', [join(directory, 'pipe')]);
  await expect(narHashOf(directory)).rejects.toMatchObject({
    code: 'file-system',
    message: expect.stringContaining('neither a file, a directory nor a symbolic link'),
  });
  await expect(narHashOf(join(directory, 'nowhere'))).rejects.toMatchObject({ code: 'file-system' });
});
