import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { composeSelection, type SelectionRequest } from '../../../src/main/nix/compose-selection.ts';
import { openSource } from '../../../src/main/nix/open-source.ts';
import type { PackageSource } from '../../../src/shared/document.ts';
import { type FileServer, fileServer } from './support/file-server.ts';
import { type GitRepository, gitRepository } from './support/git-repository.ts';
import { FIXTURE_SET, type IsolatedNix, isolatedNix } from './support/isolated-nix.ts';

let nix: IsolatedNix;
beforeAll(async () => {
  nix = await isolatedNix();
});
afterAll(() => nix.remove());

interface Extras {
  readonly env?: NodeJS.ProcessEnv;
  readonly offline?: boolean;
  readonly request?: Partial<SelectionRequest>;
}

const contextOf = ({ env = {} }: Extras) => ({
  cacheDirectory: nix.cacheDirectory,
  baseDirectory: nix.directory,
  env: { ...nix.env, ...env },
});

function open(source: PackageSource, extras: Extras = {}) {
  const preferences = { options: [], offline: extras.offline };
  return openSource({ source, importArguments: {}, nix: preferences }, contextOf(extras));
}

/** The store path of `hello` from a source. */
async function hello(source: PackageSource, extras: Extras = {}): Promise<string> {
  const composed = await composeSelection(
    {
      source,
      importArguments: {},
      packages: ['hello'],
      defaults: { cacert: false, ianaEtc: false },
      nix: { options: [], offline: extras.offline },
      ...extras.request,
    },
    contextOf(extras),
  );
  return composed.packages[0]?.storePath ?? '';
}

/** Makes the set of a directory another one. */
async function change(directory: string, greeting: string): Promise<void> {
  const file = join(directory, 'default.nix');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/greeting \? "[^"]*"/, `greeting ? "${greeting}"`));
}

describe('a path', () => {
  test('is a directory with a default.nix, relative to the document', async () => {
    await cp(FIXTURE_SET, join(nix.directory, 'set'), { recursive: true });
    const { source } = await open({ type: 'path', path: 'set' });
    expect(source).toMatchObject({
      type: 'path',
      pinned: { type: 'path', path: join(nix.directory, 'set') },
      revision: expect.stringMatching(/^sha256:[0-9a-z]{52}$/),
    });
    expect(await hello({ type: 'path', path: 'set' })).toContain('-hello-1.0');
  });

  test('is a Nix file', async () => {
    await writeFile(join(nix.directory, 'file.nix'), `args: import ${FIXTURE_SET} args`);
    const [file, directory] = [join(nix.directory, 'file.nix'), FIXTURE_SET];
    expect(await hello({ type: 'path', path: file })).toBe(await hello({ type: 'path', path: directory }));
  });

  test.each([
    ['nothing', { type: 'path', path: 'nowhere' }, /There is nothing at/],
    ['a directory without default.nix', { type: 'path', path: 'empty' }, /has no default.nix/],
  ] as const)('that has %s cannot be used', async (_, source, message) => {
    await mkdir(join(nix.directory, 'empty'), { recursive: true });
    await expect(open(source)).rejects.toMatchObject({
      code: 'source-unavailable',
      message: expect.stringMatching(message),
    });
  });

  test.each([
    ['{ hello = import SET { }; }', 'hello', 'unknown-package'],
    ['[ 1 2 ]', 'hello', 'evaluation-failed'],
    ['{ ', 'hello', 'evaluation-failed'],
    ['{ a }: { }', 'hello', 'evaluation-failed'],
    ['{ }: (import SET { })', 'hello', undefined],
    ['{ ... }: (import SET { })', 'hello', undefined],
    ['{ system, ... }: (import SET { inherit system; })', 'hello', undefined],
    ['import SET { }', 'hello', undefined],
  ])('that evaluates to %s', async (text, name, code) => {
    const file = join(nix.directory, 'shape.nix');
    await writeFile(file, text.replace('SET', FIXTURE_SET));
    const result = hello({ type: 'path', path: file }, { request: { packages: [name] } });
    if (code === undefined) expect(await result).toContain('-hello-1.0');
    else await expect(result).rejects.toMatchObject({ code });
  });

  test('that takes no arguments refuses import arguments', async () => {
    const file = join(nix.directory, 'plain.nix');
    await writeFile(file, `import ${FIXTURE_SET} { }`);
    const request = { importArguments: { greeting: 'x' } };
    await expect(hello({ type: 'path', path: file }, { request })).rejects.toMatchObject({
      code: 'evaluation-failed',
      message: expect.stringContaining('takes no import arguments'),
    });
  });
});

describe('a source whose own inputs are fetched with builtins.fetchTree', () => {
  const sourceOf = async (): Promise<readonly PackageSource[]> => {
    const { directory, git } = await gitRepository(join(nix.directory, 'input'), FIXTURE_SET);
    const input = { type: 'git', url: `file://${directory}`, rev: await git('rev-parse', 'HEAD') };
    const using = join(nix.directory, 'using');
    await mkdir(using, { recursive: true });
    const fetched = `builtins.fetchTree (builtins.fromJSON ''${JSON.stringify(input)}'')`;
    await writeFile(join(using, 'default.nix'), `import "\${${fetched}}"`);
    await gitRepository(join(nix.directory, 'using-repository'), using);
    return [
      { type: 'path', path: using },
      { type: 'git', url: join(nix.directory, 'using-repository') },
    ];
  };

  test('is read as a path and from git, and without that feature says what to do', async () => {
    const expected = await hello({ type: 'path', path: FIXTURE_SET });
    for (const source of await sourceOf()) {
      expect(await hello(source)).toBe(expected);
      const env = { NIX_CONFIG: `${nix.env.NIX_CONFIG}\nexperimental-features =` };
      await expect(hello(source, { env })).rejects.toMatchObject({
        action: { action: 'set-nix-option', name: 'extra-experimental-features', value: 'flakes' },
      });
    }
  });
});

describe('a git repository', () => {
  let repository: GitRepository;
  let first: string;
  let second: string;
  beforeAll(async () => {
    repository = await gitRepository(join(nix.directory, 'repository'), FIXTURE_SET);
    first = await repository.git('rev-parse', 'HEAD');
    await repository.git('tag', 'v1');
    await repository.git('checkout', '--quiet', '-b', 'next');
    await change(repository.directory, 'second');
    second = await repository.commit('Greet otherwise');
    await repository.git('checkout', '--quiet', 'main');
  });

  const at = (pin: { readonly rev?: string; readonly ref?: string }): PackageSource => ({
    type: 'git',
    url: `file://${join(nix.directory, 'repository')}`,
    ...pin,
  });

  test('is what it has checked out, pinned to the commit', async () => {
    const { source } = await open(at({}));
    expect(source).toMatchObject({ type: 'git', revision: first, pinned: at({ rev: first }) });
    expect(await hello(at({}))).toBe(await hello({ type: 'path', path: FIXTURE_SET }));
  });

  test('is a branch, a tag or a commit', async () => {
    expect((await open(at({ ref: 'next' }))).source.revision).toBe(second);
    expect((await open(at({ ref: 'v1' }))).source.revision).toBe(first);
    expect((await open(at({ ref: 'refs/heads/next' }))).source.revision).toBe(second);
    expect((await open(at({ rev: second }))).source.revision).toBe(second);
    expect(await hello(at({ rev: second }))).toBe(await hello(at({ ref: 'next' })));
    expect(await hello(at({ rev: second }))).not.toBe(await hello(at({ rev: first })));
  });

  test('composed from its pin is the same again', async () => {
    const { source } = await open(at({ ref: 'next' }));
    expect(await hello(source.pinned)).toBe(await hello(at({ ref: 'next' })));
  });

  test('of this machine counts by its commits, not by what is being edited', async () => {
    const directory = join(nix.directory, 'edited');
    const edited = await gitRepository(directory, FIXTURE_SET);
    const before = await hello({ type: 'git', url: directory });
    await change(directory, 'edited');
    expect(await hello({ type: 'git', url: 'edited' })).toBe(before);
    await edited.commit('Edit');
    expect(await hello({ type: 'git', url: directory })).not.toBe(before);
  });

  test.each([
    ['no repository', { type: 'git', url: 'file:///nowhere' }],
    ['no such branch', { ref: 'nope' }],
    ['no such commit', { rev: '0'.repeat(40) }],
  ] as const)('%s', async (_, pin) => {
    const source: PackageSource = 'type' in pin ? pin : at(pin);
    await expect(open(source)).rejects.toMatchObject({ code: 'source-unavailable' });
  });

  test.each([{ url: '--upload-pack=touch evil' }, { url: 'file:///x', ref: '--output=evil' }])(
    'is never an option to git: %j',
    async (source) => {
      await expect(open({ type: 'git', ...source })).rejects.toMatchObject({ code: 'usage' });
    },
  );

  test('without git on the machine says so', async ({ skip }) => {
    const programs = join(nix.directory, 'programs');
    await mkdir(programs, { recursive: true });
    for (const program of ['nix', 'nix-instantiate', 'nix-store', 'nix-build']) {
      const { stdout } = await execa('which', [program]);
      await symlink(stdout, join(programs, program));
    }
    const cold = { PATH: programs, HOME: join(nix.directory, 'cold-home') };
    const failure = await open(at({}), { env: cold }).then(
      () => undefined,
      (error: unknown) => error,
    );
    // From 2.20 on, Nix reads what is on this machine by libgit2.
    if (failure === undefined) skip('This Nix reads repositories of this machine without git.');
    expect(failure).toMatchObject({
      code: 'source-unavailable',
      message: expect.stringContaining('git is not installed'),
    });
  });
});

describe('a flake', () => {
  const directory = () => join(nix.directory, 'flake');
  beforeEach(async () => {
    await rm(directory(), { recursive: true, force: true });
    await cp(FIXTURE_SET, join(directory(), 'set'), { recursive: true });
    await writeFlake(`
      legacyPackages.SYSTEM = import ./set { system = "SYSTEM"; };
      packages.SYSTEM.hello = (import ./set { system = "SYSTEM"; greeting = "packages win"; }).hello;
    `);
  });
  const writeFlake = (outputs: string) =>
    writeFile(
      join(directory(), 'flake.nix'),
      `{ outputs = { self }: { ${outputs.replaceAll('SYSTEM', system)} }; }`,
    );
  const system = process.arch === 'arm64' ? 'aarch64-linux' : 'x86_64-linux';

  test('gives its packages before its legacyPackages, locked', async () => {
    const source: PackageSource = { type: 'flake', ref: `path:${directory()}` };
    const { source: resolved } = await open(source);
    expect(resolved).toMatchObject({ type: 'flake', revision: expect.stringMatching(/^sha256-/) });
    expect(resolved.pinned).toMatchObject({ ref: expect.stringContaining('narHash=') });

    const plain = await hello({ type: 'path', path: FIXTURE_SET });
    expect(await hello(source)).not.toBe(plain);
    expect(await hello(source, { request: { packages: ['world'] } })).toContain('-world-1.0');
    expect(await hello(resolved.pinned)).toBe(await hello(source));
  });

  test('in a repository whose path has spaces and other letters, as a flake and by itself', async () => {
    const repository = await gitRepository(join(nix.directory, 'naïve set'), FIXTURE_SET);
    const system = process.arch === 'arm64' ? 'aarch64-linux' : 'x86_64-linux';
    const flake = `{ outputs = { self }: { legacyPackages.${system} = import ./. { }; }; }`;
    await writeFile(join(repository.directory, 'flake.nix'), flake);
    await repository.commit('Make a flake of it');
    for (const source of [
      { type: 'flake', ref: repository.directory },
      { type: 'git', url: repository.directory },
    ] as const) {
      expect(await hello(source)).toContain('-hello-1.0');
    }
  });

  test('of a git repository is known by its commit', async () => {
    const repository = await gitRepository(join(nix.directory, 'flake-repository'), directory());
    const commit = await repository.git('rev-parse', 'HEAD');
    const { source } = await open({ type: 'flake', ref: `git+file://${repository.directory}` });
    expect(source.revision).toBe(commit);
    expect(await hello(source.pinned)).toContain('-hello-1.0');
  });

  test('that has nothing for the system says so', async () => {
    await writeFlake('packages.mips64el-linux.hello = 1;');
    await expect(hello({ type: 'flake', ref: `path:${directory()}` })).rejects.toMatchObject({
      code: 'unsupported-system',
      message: `The flake has packages for mips64el-linux, but none for ${system}.`,
    });
  });

  test('takes no import arguments', async () => {
    const request = { importArguments: { config: { allowUnfree: true } } };
    await expect(hello({ type: 'flake', ref: `path:${directory()}` }, { request })).rejects.toMatchObject({
      message: expect.stringContaining('takes no import arguments'),
    });
  });

  test.each([
    ['path:/nowhere', 'source-unavailable'],
    ['path:/nowhere#hello', 'usage'],
    ['--help', 'usage'],
  ])('%s cannot be used', async (ref, code) => {
    await expect(open({ type: 'flake', ref })).rejects.toMatchObject({ code });
  });
});

describe('nixpkgs', () => {
  const COMMIT = '1234567890123456789012345678901234567890';
  let mirror: FileServer;
  let mirrored: NodeJS.ProcessEnv;
  beforeAll(async () => {
    const files = join(nix.directory, 'mirror');
    const tree = join(nix.directory, `nixpkgs-${COMMIT}`);
    await cp(FIXTURE_SET, tree, { recursive: true });
    for (const channel of ['nixos-24.11', 'nixos-unstable', 'nixos-99.05']) {
      await mkdir(join(files, channel), { recursive: true });
      await writeFile(join(files, channel, 'git-revision'), COMMIT);
    }
    await execa('tar', ['-czf', join(files, `${COMMIT}.tar.gz`), '-C', nix.directory, `nixpkgs-${COMMIT}`]);
    mirror = await fileServer(files);
    mirrored = { STRATA_NIXPKGS_CHANNELS: mirror.url, STRATA_NIXPKGS_ARCHIVES: mirror.url };
  });
  afterAll(() => mirror.close());

  test('of a channel is pinned to its commit', async () => {
    const { source } = await open({ type: 'nixpkgs', channel: 'nixos-99.05' }, { env: mirrored });
    expect(source).toMatchObject({
      type: 'nixpkgs',
      description: 'nixpkgs, channel nixos-99.05',
      revision: COMMIT,
      pinned: { type: 'nixpkgs', commit: COMMIT },
    });
    const path = await hello({ type: 'path', path: FIXTURE_SET });
    expect(await hello({ type: 'nixpkgs', channel: 'nixos-99.05' }, { env: mirrored })).toBe(path);
    expect(await hello(source.pinned, { env: mirrored })).toBe(path);
  });

  test('at a commit that was had before asks nobody, also after a garbage collection', async () => {
    await execa('nix-collect-garbage', [], { env: nix.env, extendEnv: false });
    const asked = mirror.requests.length;
    expect(await hello({ type: 'nixpkgs', commit: COMMIT }, { env: mirrored })).toContain('-hello-1.0');
    expect(mirror.requests.length).toBe(asked);
  });

  test('of a channel that cannot be asked is the last known commit, and says so', async () => {
    const away = { ...mirrored, STRATA_NIXPKGS_CHANNELS: 'http://127.0.0.1:9' };
    const { source } = await open({ type: 'nixpkgs', channel: 'nixos-99.05' }, { env: away });
    expect(source.revision).toBe(COMMIT);
    expect(source.reason).toContain('last known commit');
    const offline = await open({ type: 'nixpkgs', channel: 'nixos-99.05' }, { env: mirrored, offline: true });
    expect(offline.source.revision).toBe(COMMIT);
  });

  test('of a channel whose new commit cannot be fetched is the last known commit', async () => {
    await writeFile(join(nix.directory, 'mirror', 'nixos-99.05', 'git-revision'), 'a'.repeat(40));
    for (const _ of ['once', 'and again: it has not become the last known']) {
      const { source } = await open({ type: 'nixpkgs', channel: 'nixos-99.05' }, { env: mirrored });
      expect(source.revision).toBe(COMMIT);
      expect(source.reason).toContain('last known commit');
    }
    await writeFile(join(nix.directory, 'mirror', 'nixos-99.05', 'git-revision'), COMMIT);
  });

  test('where nothing is said is the default channel', async () => {
    for (const type of ['nixpkgs', 'auto'] as const) {
      const { source } = await open({ type }, { env: mirrored });
      expect(source).toMatchObject({ type: 'nixpkgs', revision: COMMIT });
      expect(source.reason).toContain('default channel');
    }
  });

  test('where nothing is said is that of the search path first', async () => {
    const env = { ...mirrored, NIX_PATH: `nixpkgs=${FIXTURE_SET}` };
    for (const type of ['nixpkgs', 'auto'] as const) {
      const { source } = await open({ type }, { env });
      expect(source).toMatchObject({ type: 'nixpkgs', location: FIXTURE_SET });
      expect(source.reason).toContain('search path');
    }
    expect(await hello({ type: 'auto' }, { env })).toContain('-hello-1.0');
  });

  test('then that of the flake registry', async () => {
    const flake = join(nix.directory, 'registered');
    await cp(FIXTURE_SET, flake, { recursive: true });
    const system = process.arch === 'arm64' ? 'aarch64-linux' : 'x86_64-linux';
    await writeFile(
      join(flake, 'flake.nix'),
      `{ outputs = { self }: { legacyPackages.${system} = import ./. { }; }; }`,
    );
    const registry = join(nix.directory, 'home', '.config', 'nix');
    await mkdir(registry, { recursive: true });
    await writeFile(
      join(registry, 'registry.json'),
      JSON.stringify({
        version: 2,
        flakes: [{ from: { type: 'indirect', id: 'nixpkgs' }, to: { type: 'path', path: flake } }],
      }),
    );
    const { source } = await open({ type: 'auto' }, { env: mirrored });
    await rm(registry, { recursive: true });
    expect(source).toMatchObject({ type: 'nixpkgs', pinned: { type: 'flake' } });
    expect(source.reason).toContain('flake registry');
    expect(await hello(source.pinned)).toContain('-hello-1.0');
  });

  test.each([
    { type: 'nixpkgs', commit: 'f'.repeat(40) },
    { type: 'nixpkgs', channel: 'nixos-00.00' },
  ] as const)('that is not there: %j', async (source) => {
    await expect(open(source, { env: mirrored })).rejects.toMatchObject({ code: 'source-unavailable' });
  });

  test('out of reach leaves the starter set, and says why', async () => {
    const nowhere = {
      STRATA_NIXPKGS_CHANNELS: 'http://127.0.0.1:9',
      STRATA_NIXPKGS_ARCHIVES: 'http://127.0.0.1:9',
    };
    const cache = join(nix.directory, 'cache-without-memory');
    const { source } = await openSource(
      { source: { type: 'auto' }, importArguments: {}, nix: { options: [] } },
      { cacheDirectory: cache, env: { ...nix.env, ...nowhere } },
    );
    expect(source.type).toBe('starter');
    expect(source.reason).toMatch(/nixpkgs cannot be had here.*127\.0\.0\.1:9/);
  });
});
