import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { composeDocument } from '../../../src/main/verbs/compose.ts';
import { lockDocument, lockStates } from '../../../src/main/verbs/lock.ts';
import { checkDocument } from '../../../src/shared/parse-document.ts';
import { type FileServer, fileServer } from '../nix/support/file-server.ts';
import { type GitRepository, gitRepository } from '../nix/support/git-repository.ts';
import { FIXTURE_SET, type IsolatedNix, isolatedNix, removeDirectory } from '../nix/support/isolated-nix.ts';

const system = process.arch === 'arm64' ? 'aarch64-linux' : 'x86_64-linux';

let nix: IsolatedNix;
beforeAll(async () => {
  nix = await isolatedNix();
});
afterAll(() => nix.remove());

let directory: string;
let app: GitRepository;
let set: GitRepository;
let runs = 0;
beforeEach(async () => {
  directory = join(nix.directory, `project-${++runs}`);
  const flake = join(nix.directory, `flake-${runs}`);
  await cp(FIXTURE_SET, join(flake, 'set'), { recursive: true });
  await writeFile(
    join(flake, 'flake.nix'),
    `{ outputs = { self }: { packages.${system}.default = (import ./set { system = "${system}"; }).world; }; }`,
  );
  app = await gitRepository(join(directory, 'app'), flake);
  set = await gitRepository(join(directory, 'repository'), FIXTURE_SET);
  await cp(FIXTURE_SET, join(directory, 'set'), { recursive: true });
  await cp(join(FIXTURE_SET, '../overlay.nix'), join(directory, 'overlay.nix'));
});

const document = checkDocument(
  {
    version: 1,
    packages: ['app:default', 'repository:world', 'own:extra'],
    defaults: { cacert: false, ianaEtc: false },
    sources: {
      app: { type: 'flake', ref: './app' },
      repository: { type: 'git', url: 'repository' },
      own: { type: 'path', path: 'set', importArguments: { overlays: ['overlay.nix'] } },
    },
  },
  'the test',
);

const context = (at: string, env: NodeJS.ProcessEnv = {}) => ({
  cacheDirectory: nix.cacheDirectory,
  env: { ...nix.env, ...env },
  nix: { options: [] },
  file: join(at, 'web.strata.json'),
  baseDirectory: at,
});

const lock = (
  update: 'all' | string[] = [],
  of: Parameters<typeof lockDocument>[0] = document,
  env: NodeJS.ProcessEnv = {},
) => lockDocument(of, { ...context(directory, env), update });
const compose = (of = document, at = directory, env: NodeJS.ProcessEnv = {}) =>
  composeDocument(of, context(at, env));
const lockText = () => readFile(join(directory, 'web.strata.lock'), 'utf8');

async function moveOn({ directory: at, commit }: GitRepository, file = 'default.nix'): Promise<string> {
  const path = join(at, file);
  await writeFile(
    path,
    (await readFile(path, 'utf8')).replace(/greeting \? "[^"]*"/, 'greeting ? "moved on"'),
  );
  return commit('Move on');
}

describe('a lock', () => {
  test('keeps a flake and a repository that move on where they were, until they are locked anew', async () => {
    const before = await compose();
    const { isWritten, notices } = await lock();
    expect(isWritten).toBe(true);
    expect(notices).toEqual([expect.stringContaining('The source own is known by its hash alone')]);
    await moveOn(set);
    const commit = await moveOn(app, 'set/default.nix');

    const locked = await compose();
    expect(locked.graph.paths).toEqual(before.graph.paths);
    expect(locked.sources[0].source.reason).toBe('It is what web.strata.lock holds.');
    const free = await composeDocument(document, { ...context(directory), unlocked: 'all' });
    expect(free.graph.paths).not.toEqual(before.graph.paths);

    const { changes } = await lock(['app']);
    expect(
      changes.map(({ name, before: then, after }) => [name, then?.revision === after?.revision]),
    ).toEqual([
      ['app', false],
      ['repository', true],
      ['own', true],
    ]);
    expect(changes[0]?.after?.revision).toBe(commit);
    await lock('all');
    expect((await compose()).graph.paths).toEqual(free.graph.paths);
  });

  test('is the same text whoever writes it again, and is not written then', async () => {
    await lock();
    const text = await lockText();
    expect((await lock()).isWritten).toBe(false);
    expect((await lock('all')).isWritten).toBe(false);
    await rm(join(directory, 'web.strata.lock'));
    await lock('all');
    expect(await lockText()).toBe(text);
    expect(text).not.toContain(nix.directory);
  });

  test('gives the same elsewhere', async () => {
    await lock();
    const here = await compose();
    await moveOn(set);
    const there = join(nix.directory, `elsewhere-${runs}`);
    await rename(directory, there);
    // A Nix that has built nothing yet.
    const fresh = join(nix.directory, `cache-${runs}`);
    await mkdir(fresh);
    const again = await composeDocument(document, { ...context(there), cacheDirectory: fresh });
    expect(again.graph.paths).toEqual(here.graph.paths);
    await removeDirectory(there);
  });

  test.each([
    ['set/default.nix', 'own', /^The source own is not what web\.strata\.lock says: .*hash sha256-/],
    ['overlay.nix', 'own', /its overlays are others/],
  ])('tells that %s is another', async (file, source, message) => {
    await lock();
    const path = join(directory, file);
    await writeFile(path, `${await readFile(path, 'utf8')}\n`);
    await expect(compose()).rejects.toMatchObject({
      code: 'invalid-document',
      message: expect.stringMatching(message),
      action: { action: 'lock', document: join(directory, 'web.strata.json'), update: source },
    });
    await lock([source]);
    await compose();
  });

  test('holds a working tree with changes by its hash', async () => {
    const file = join(app.directory, 'set/default.nix');
    const text = await readFile(file, 'utf8');
    await writeFile(file, `${text}\n`);
    const { lock: written } = await lock();
    expect(written.sources?.app).toMatchObject({ locked: { type: 'flake', ref: './app' }, revision: null });
    await compose();
    await writeFile(file, `${text}\n\n`);
    await expect(compose()).rejects.toMatchObject({
      message: expect.stringContaining('The source app is not'),
    });
  });

  test('that does not fit the document any more says so, and which source is meant', async () => {
    await lock();
    const sources = {
      ...document.sources,
      repository: { type: 'git', url: 'repository', ref: 'main' },
    } as const;
    await expect(compose({ ...document, sources })).rejects.toMatchObject({
      code: 'invalid-document',
      message: expect.stringMatching(/^web\.strata\.lock has the source repository as it was before/),
      action: { update: 'repository' },
    });
    const added = { ...document, packages: [...document.packages, 'hello'], source: sources.repository };
    await expect(compose(added)).rejects.toMatchObject({
      message: 'web.strata.lock does not have the package source.',
      action: { update: null },
    });
    expect((await lockStates(added, context(directory).file))?.states.map(({ fit }) => fit)).toEqual([
      'missing',
      'fits',
      'fits',
      'fits',
    ]);
    const { changes } = await lock([], added);
    expect(changes.map(({ name }) => name)).toEqual([null, 'app', 'repository', 'own']);
    await compose(added);
    const { changes: fewer } = await lock([], document);
    expect(fewer.find(({ name }) => name === null)?.after).toBeUndefined();
  });

  test('keeps what it has of a base and of files, and drops a base that the document has no more', async () => {
    const base = { original: 'registry.example/base:1', digest: `sha256:${'0'.repeat(64)}` };
    const files = { 'files[0]': `sha256-${'A'.repeat(43)}=` };
    await writeFile(join(directory, 'web.strata.lock'), JSON.stringify({ version: 1, base, files }));
    const onBase = await lock([], { ...document, base: base.original });
    expect(onBase.lock).toMatchObject({ base, files });
    const without = await lock();
    expect(without.lock).toMatchObject({ files });
    expect(without.lock).not.toHaveProperty('base');
  });

  test('that is damaged is told, and stays', async () => {
    await writeFile(join(directory, 'web.strata.lock'), '{"version":1');
    for (const attempt of [compose, lock, () => lock('all')]) {
      await expect(attempt()).rejects.toMatchObject({
        code: 'invalid-document',
        message: expect.stringContaining('web.strata.lock is not JSON'),
      });
    }
    expect(await lockText()).toBe('{"version":1');
  });

  test('of a source that there is none of is refused', async () => {
    await expect(lock(['ap'])).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('app?'),
    });
  });

  test('is not made of a flake that leaves its inputs open', async () => {
    await writeFile(
      join(app.directory, 'flake.nix'),
      `{ inputs.set = { url = "git+file://${set.directory}"; flake = false; };
         outputs = { self, set }: { packages.${system}.default = (import set { system = "${system}"; }).world; }; }`,
    );
    const commit = await app.commit('Take the set of a repository');
    await expect(lock()).rejects.toMatchObject({
      code: 'source-unavailable',
      message: `The flake ./app?ref=main&rev=${commit} does not lock all its inputs.`,
      hint: expect.stringContaining('nix flake lock'),
    });
  });
});

describe('a lock of nixpkgs', () => {
  const COMMIT = '1234567890123456789012345678901234567890';
  const NEXT = '2234567890123456789012345678901234567890';
  let mirror: FileServer;
  let files: string;
  const publish = async (commit: string, greeting: string) => {
    const tree = join(nix.directory, `nixpkgs-${commit}`);
    await cp(FIXTURE_SET, tree, { recursive: true });
    const file = join(tree, 'default.nix');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('greeting ? "hello"', `greeting ? "${greeting}"`));
    await execa('tar', ['-czf', join(files, `${commit}.tar.gz`), '-C', nix.directory, `nixpkgs-${commit}`]);
    await mkdir(join(files, 'nixos-99.05'), { recursive: true });
    await writeFile(join(files, 'nixos-99.05', 'git-revision'), commit);
  };
  beforeAll(async () => {
    files = join(nix.directory, 'mirror');
    await mkdir(files);
    mirror = await fileServer(files);
  });
  afterAll(() => mirror.close());

  test('holds the commit of a channel with the hash of its tree, and notices another tree', async () => {
    const env = { STRATA_NIXPKGS_CHANNELS: mirror.url, STRATA_NIXPKGS_ARCHIVES: mirror.url };
    const ofChannel = checkDocument(
      {
        version: 1,
        source: { type: 'nixpkgs', channel: 'nixos-99.05' },
        packages: ['hello'],
        defaults: document.defaults,
      },
      'the test',
    );
    await publish(COMMIT, 'first');
    const { lock: written } = await lock([], ofChannel, env);
    expect(written.source).toMatchObject({
      original: { type: 'nixpkgs', channel: 'nixos-99.05' },
      locked: { type: 'nixpkgs', commit: COMMIT },
      revision: COMMIT,
      narHash: expect.stringMatching(/^sha256-/),
    });
    const before = await compose(ofChannel, directory, env);
    await publish(NEXT, 'second');
    expect((await compose(ofChannel, directory, env)).graph.paths).toEqual(before.graph.paths);

    const file = join(directory, 'web.strata.lock');
    const other = (await readFile(file, 'utf8')).replace(/"sha256-[^"]*"/, `"sha256-${'A'.repeat(43)}="`);
    await writeFile(file, other);
    await expect(compose(ofChannel, directory, env)).rejects.toMatchObject({ code: 'invalid-document' });
  });
});
