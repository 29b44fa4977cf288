import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { contentOf } from '../../../src/main/nix/source/content.ts';
import { temporaryDirectory } from '../documents/support.ts';

let directory: string;
beforeEach(() => {
  directory = temporaryDirectory();
});

const write = (name: string, text: string): string => {
  const file = join(directory, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const content = (name: string) => contentOf(join(directory, name), '/nix/store');

describe('what a Nix file is evaluated from', () => {
  test('is itself', async () => {
    write('a.nix', '{ x = 1; }');
    const first = await content('a.nix');
    expect(await content('a.nix')).toBe(first);
    write('beside.nix', '{ }');
    expect(await content('a.nix')).toBe(first);
    write('a.nix', '{ x = 2; }');
    expect(await content('a.nix')).not.toBe(first);
  });

  test.each([
    ['a file it imports', 'import ./b.nix', 'b.nix'],
    ['one of another directory', 'import ../other/b.nix', '../other/b.nix'],
    ['one that is imported by what it imports', 'import ./c.nix', 'deep/d.nix'],
    ['the default.nix of a directory', 'import ./lib', 'lib/default.nix'],
    ['a text it reads', 'readFile ./version.txt', 'version.txt'],
    ['a file that is named by a string', '"DIRECTORY/b.nix"', 'b.nix'],
    ['a file of a directory, by a name that is made', 'import ./lib/\u0024{name}.nix', 'lib/x.nix'],
    ['a file of its own directory, by a name that is made', 'import ./\u0024{name}.nix', 'x.nix'],
    ['a file of what is the whole directory', '{ src = ./.; }', 'anything/x.txt'],
    ['one that was not there', 'if pathExists ./new.nix then 1 else 2', 'new.nix'],
  ])('is also %s', async (_, text, changed) => {
    directory = join(directory, 'in');
    write('c.nix', 'import ./deep/d.nix');
    for (const name of ['b.nix', 'deep/d.nix', 'lib/default.nix', 'version.txt', 'lib/x.nix'])
      write(name, '1');
    write('a.nix', text.replace('DIRECTORY', directory));
    const before = await content('a.nix');
    expect(before).not.toBeNull();
    write(changed, '2');
    expect(await content('a.nix')).not.toBe(before);
  });

  test('is where a link leads', async () => {
    write('b.nix', '1');
    symlinkSync('b.nix', join(directory, 'link.nix'));
    write('a.nix', 'import ./link.nix');
    const before = await content('a.nix');
    write('b.nix', '2');
    expect(await content('a.nix')).not.toBe(before);
    rmSync(join(directory, 'b.nix'));
    expect(await content('a.nix')).not.toBe(before);
  });

  test.each([
    'import <nixpkgs> { }',
    'import <nixpkgs/lib>',
    'builtins.getEnv "HOME"',
    'with builtins; getEnv "HOME"',
    'toString builtins.currentTime',
    'import (fetchTarball "https://example.org/x.tar.gz") { }',
    'builtins.fetchurl "https://example.org/x"',
    'import ~/packages.nix',
    '"/usr/share"',
    'import (/. + "/x")',
    '(builtins.getFlake "nixpkgs").legacyPackages',
  ])('cannot be said of %s', async (text) => {
    write('b.nix', text);
    write('a.nix', 'import ./b.nix');
    expect(await content('a.nix')).toBeNull();
  });

  test.each([
    '"\u0024{pkgs.coreutils}/bin/ls"',
    'fetchurl { url = "https://example.org/x/y.tar.gz"; sha256 = "…"; }',
    'if 1 < 2 then 4 / 2 else 3',
    '# See https://example.org/a/b and <https://example.org/c>',
    '"exec $out/bin/x \\"$@\\""',
    '{ builder = "/bin/sh"; PATH = "/usr/bin:/bin"; }',
  ])('can be said of %s', async (text) => {
    write('a.nix', text);
    expect(await content('a.nix')).not.toBeNull();
  });

  test('of a directory is all that is in it, and what that names outside', async () => {
    write('set/default.nix', 'import ../outside.nix');
    write('outside.nix', '1');
    const first = await content('set');
    write('set/new.txt', '1');
    const second = await content('set');
    write('outside.nix', '2');
    const third = await content('set');
    expect(new Set([first, second, third, null]).size).toBe(4);
  });
});
