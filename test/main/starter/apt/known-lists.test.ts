import { chmod, mkdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { knownLists } from '../../../../src/main/starter/apt/known-lists.ts';
import { temporaryDirectory } from '../../documents/support.ts';

let folder: string;
let memory: string;
let index: string;

/** Programs that answer as dpkg and apt-get do, and count how often they were asked. */
beforeEach(async () => {
  folder = temporaryDirectory();
  memory = join(folder, 'cache', 'lists.json');
  index = join(folder, 'lists', 'main_Packages');
  await mkdir(join(folder, 'bin'));
  await mkdir(join(folder, 'lists'));
  await writeFile(index, 'Package: a\n');
  await program('dpkg', 'echo amd64');
  await program(
    'apt-get',
    `echo asked >> '${folder}/asked'\nfor f in '${folder}'/lists/*; do printf 'amd64\\tDebian\\tstable\\t%s\\thttp://deb.example %s/main amd64\\n' "$f" "$(basename "$f" _Packages)"; done`,
  );
  await program('apt-cache', `cat '${folder}/policy'`);
  await writeFile(join(folder, 'policy'), '');
  vi.stubEnv('PATH', `${join(folder, 'bin')}${delimiter}${process.env.PATH}`);
  vi.stubEnv('APT_CONFIG', join(folder, 'apt.conf'));
});
afterEach(() => vi.unstubAllEnvs());

async function program(name: string, script: string): Promise<void> {
  await writeFile(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, 'bin', name), 0o755);
}

async function timesAsked(): Promise<number> {
  return (await readFile(join(folder, 'asked'), 'utf8')).trim().split('\n').length;
}

test('apt is asked once as long as nothing changes', async () => {
  const lists = await knownLists(memory);
  expect(lists).toEqual({
    machine: { architecture: 'amd64', system: 'x86_64-linux', multiarch: 'x86_64-linux-gnu' },
    indices: [{ file: index, priority: 500, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
  });
  expect(await knownLists(memory)).toEqual(lists);
  expect(await timesAsked()).toBe(1);
});

test('an index with other bytes is noticed, also with the size and the time of the old one', async () => {
  const [before] = (await knownLists(memory)).indices;
  const time = new Date('2026-01-01');
  await writeFile(`${index}.new`, 'Package: b\n');
  await utimes(`${index}.new`, time, time);
  await utimes(index, time, time);
  await knownLists(memory);
  await rename(`${index}.new`, index);
  const [after] = (await knownLists(memory)).indices;
  expect(after?.sha256).not.toBe(before?.sha256);
});

test('an index more, and another configuration of apt, are noticed', async () => {
  await knownLists(memory);
  await writeFile(join(folder, 'lists', 'updates_Packages'), 'Package: c\n');
  expect((await knownLists(memory)).indices).toHaveLength(2);
  await writeFile(join(folder, 'apt.conf'), 'Dir::State::lists "elsewhere";');
  await knownLists(memory);
  expect(await timesAsked()).toBe(3);
});

test('a memory that is damaged, or cannot be written, costs time and nothing else', async () => {
  const lists = await knownLists(memory);
  await writeFile(memory, '{ broken');
  expect(await knownLists(memory)).toEqual(lists);
  expect(await knownLists(join(index, 'no-directory', 'lists.json'))).toEqual(lists);
});

test('what apt does not install of itself is left out, and each index has its priority', async () => {
  for (const name of ['backports', 'testing']) await writeFile(join(folder, 'lists', `${name}_Packages`), '');
  await writeFile(
    join(folder, 'policy'),
    `Package files:
 100 /var/lib/dpkg/status
     release a=now
 100 http://deb.example backports/main amd64 Packages
     release o=Debian Backports,a=stable-backports,n=trixie-backports,l=Debian Backports,c=main,b=amd64
     origin deb.example
 990 http://deb.example main/main amd64 Packages
     release v=13.1,o=Debian,a=stable,n=trixie,l=Debian,c=main,b=amd64
     origin deb.example
 500 http://deb.example testing/main amd64 Packages
     release o=Debian,a=testing,n=forky,l=Debian,c=main,b=amd64
     origin deb.example
Pinned packages:
`,
  );
  const { indices } = await knownLists(memory);
  expect(indices.map(({ file, priority }) => [file, priority])).toEqual([
    [index, 990],
    [join(folder, 'lists', 'testing_Packages'), 500],
  ]);
});
