import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listPackagesOf } from '../../../src/main/nix/catalog.ts';
import type { NixEvent } from '../../../src/main/nix/events.ts';
import { openSource } from '../../../src/main/nix/open-source.ts';
import type { PackageSource } from '../../../src/shared/document.ts';
import { type GitRepository, gitRepository } from './support/git-repository.ts';
import { type IsolatedNix, isolatedNix } from './support/isolated-nix.ts';

const system = process.arch === 'arm64' ? 'aarch64-linux' : 'x86_64-linux';

let nix: IsolatedNix;
beforeAll(async () => {
  nix = await isolatedNix();
});
afterAll(() => nix.remove());

/** The versions that a search would show, and whether they were evaluated for it. */
async function listed(source: PackageSource) {
  const events: NixEvent[] = [];
  const context = {
    cacheDirectory: nix.cacheDirectory,
    env: nix.env,
    onEvent: (event: NixEvent) => events.push(event),
  };
  const opened = await openSource({ source, importArguments: {}, system, nix: { options: [] } }, context);
  const { packages } = await listPackagesOf(opened, { importArguments: {} }, context);
  const evaluated = events.some((event) => event.type === 'phase' && event.phase === 'catalog');
  return { versions: packages.map(({ name }) => name), evaluated, source: opened.source };
}

const set = (version: number) =>
  `{ system, ... }: { one = derivation { name = "one-${version}"; inherit system; builder = "/bin/sh"; }; }`;
const flake = (expression: string) =>
  `{ outputs = { self }: { packages.${system} = ${expression} { system = "${system}"; }; }; }`;

describe.each(['flake', 'path'] as const)('the catalogue of a git working tree, as a %s', (type) => {
  let repository: GitRepository;
  let source: PackageSource;
  const write = (name: string, text: string) => writeFile(join(repository.directory, name), text);
  beforeEach(async () => {
    const directory = join(nix.directory, `tree-${type}`);
    const content = join(nix.directory, 'content');
    await rm(directory, { recursive: true, force: true });
    await mkdir(content, { recursive: true });
    await writeFile(join(content, 'default.nix'), set(1));
    await writeFile(join(content, 'flake.nix'), flake('import ./default.nix'));
    repository = await gitRepository(directory, content);
    source = type === 'flake' ? { type, ref: `git+file://${directory}` } : { type, path: directory };
  });

  test('follows each change, committed or not, and is kept while there is none', async () => {
    const clean = await listed(source);
    expect(clean).toMatchObject({ versions: ['one-1'], evaluated: true });
    expect(clean.source.revision).toBe(await repository.git('rev-parse', 'HEAD'));
    expect(await listed(source)).toMatchObject({ versions: ['one-1'], evaluated: false });

    await write('default.nix', set(2));
    const dirty = await listed(source);
    expect(dirty).toMatchObject({ versions: ['one-2'], evaluated: true });
    expect(dirty.source).toMatchObject({ revision: null, mayChange: true });
    expect(dirty.source.description).not.toContain(' at ');
    expect(await listed(source)).toMatchObject({ versions: ['one-2'], evaluated: false });

    await write('default.nix', set(3));
    expect(await listed(source)).toMatchObject({ versions: ['one-3'], evaluated: true });
    await repository.commit('Another');
    expect((await listed(source)).versions).toEqual(['one-3']);
    await write('default.nix', set(1));
    expect((await listed(source)).versions).toEqual(['one-1']);
  });
});

test('the catalogue of a flake follows inputs that nothing locks, where Nix takes such a flake', async () => {
  const input = join(nix.directory, 'input');
  const directory = join(nix.directory, 'unlocked');
  await mkdir(input, { recursive: true });
  await mkdir(directory, { recursive: true });
  await writeFile(join(input, 'flake.nix'), '{ outputs = { self }: { set = import ./set.nix; }; }');
  await writeFile(join(input, 'set.nix'), set(1));
  await writeFile(
    join(directory, 'flake.nix'),
    `{ inputs.other.url = "path:${input}";
       outputs = { self, other }: { packages.${system} = other.set { system = "${system}"; }; }; }`,
  );
  const source = { type: 'flake', ref: `path:${directory}` } as const;
  const first = await listed(source).catch((error: unknown) => error);
  if (first instanceof Error) {
    // Nix 2.8 and its contemporaries do not lock inputs for an evaluation.
    expect(first).toMatchObject({
      message: 'The lock file of the flake does not have all of its inputs.',
      hint: expect.stringContaining('nix flake lock'),
    });
    return;
  }
  expect(first).toMatchObject({ versions: ['one-1'] });
  expect(await listed(source)).toMatchObject({ versions: ['one-1'], evaluated: false });
  await writeFile(join(input, 'set.nix'), set(2));
  expect(await listed(source)).toMatchObject({ versions: ['one-2'], evaluated: true });
});

test('the catalogue of a single file follows what it imports, and is kept while that stays', async () => {
  const file = join(nix.directory, 'one.nix');
  await writeFile(file, 'import ./imported.nix');
  await writeFile(join(nix.directory, 'imported.nix'), set(1));
  const source = { type: 'path', path: file } as const;
  expect(await listed(source)).toMatchObject({ versions: ['one-1'], evaluated: true });
  expect(await listed(source)).toMatchObject({ versions: ['one-1'], evaluated: false });
  await writeFile(join(nix.directory, 'imported.nix'), set(2));
  expect(await listed(source)).toMatchObject({ versions: ['one-2'], evaluated: true });
});

test('the catalogue of a file that asks for more than files is read each time', async () => {
  const file = join(nix.directory, 'impure.nix');
  await writeFile(file, `if builtins.getEnv "X" == "" then (${set(1)}) else { }`);
  const source = { type: 'path', path: file } as const;
  expect(await listed(source)).toMatchObject({ evaluated: true });
  expect(await listed(source)).toMatchObject({ evaluated: true });
});

test('a checkout of nixpkgs is told apart by git, without reading all of it', async () => {
  const directory = join(nix.directory, 'nixpkgs');
  const content = join(nix.directory, 'nixpkgs-content');
  await mkdir(join(content, 'pkgs', 'top-level'), { recursive: true });
  await writeFile(join(content, 'default.nix'), 'import ./pkgs/top-level');
  // As in nixpkgs, the text asks for the environment, and does so only where it is not told what to take.
  await writeFile(
    join(content, 'pkgs', 'top-level', 'default.nix'),
    `{ system, config ? builtins.getEnv "X", ... }@args: import ./set.nix args`,
  );
  await writeFile(join(content, 'pkgs', 'top-level', 'set.nix'), set(1));
  const { git } = await gitRepository(directory, content);
  const source = { type: 'path', path: directory } as const;
  const at = (name: string) => join(directory, 'pkgs', 'top-level', name);
  expect((await listed(source)).source.revision).toBe(await git('rev-parse', 'HEAD'));
  expect(await listed(source)).toMatchObject({ versions: ['one-1'], evaluated: false });
  await writeFile(at('set.nix'), 'import ./untracked.nix');
  await writeFile(at('untracked.nix'), set(2));
  expect((await listed(source)).versions).toEqual(['one-2']);
  await writeFile(at('untracked.nix'), set(3));
  expect(await listed(source)).toMatchObject({
    versions: ['one-3'],
    evaluated: true,
    source: { revision: null },
  });
  expect(await listed(source)).toMatchObject({ versions: ['one-3'], evaluated: false });
});
