// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are Nix's.
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockFileOf } from '../../../src/main/documents/lock-file.ts';
import { findProgram } from '../../../src/main/files/find-program.ts';
import { copyAsNix } from '../../../src/main/verbs/copy-as-nix.ts';
import type { NixExpressionKind } from '../../../src/shared/nix-expression.ts';
import { checkDocument } from '../../../src/shared/parse-document.ts';
import { emptyCache, type TestCache } from '../../support/cache.ts';
import { strata } from '../../support/cli.ts';
import { build, importStarter, onDisk, prepared, whyNoStarter } from '../starter/nix.ts';

const PATH = 'PATH=/bin:/usr/bin:/sbin:/usr/sbin';

/** Package sets and builders that give back what they are asked for, so that an expression can be looked into. */
const STUB = `
  let
    names = [ "bash" "cacert" "iana-etc" "1password" "bashInteractive" "coreutils" "moreutils" "nano" ];
    fake = name: { type = "derivation"; inherit name; outPath = "/" + name; bin.outPath = "/" + name + "-bin"; };
    pkgs = builtins.listToAttrs (map (name: { inherit name; value = fake name; }) names) // {
      python3Packages.requests = fake "requests";
      openssl = fake "openssl";
      dockerTools.streamLayeredImage = asked: asked;
      buildEnv = { paths, ... }: paths;
      runCommand = name: env: script: "/root";
      writeText = name: text: "/" + name;
      lib = {
        inherit (builtins) catAttrs;
        take = n: list: if list == [ ] then [ ] else [ (builtins.head list) ];
        setPrio = priority: package: package // { meta = { inherit priority; }; };
        optionalAttrs = condition: set: if condition then set else { };
        findFirst = _: default: _: default;
        escapeShellArg = text: "'" + text + "'";
      };
    };
  in
  import ./expression.nix`;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'strata-nix-expression-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const env = { ...process.env, NIX_CONFIG: 'build-users-group =\nsandbox = false\nsubstituters =' };

async function evaluate(
  expression: Promise<string>,
  call: string,
  given: NodeJS.ProcessEnv = env,
): Promise<unknown> {
  await writeFile(join(directory, 'expression.nix'), await expression);
  await writeFile(join(directory, 'stub.nix'), `${STUB} ${call}`);
  const { stdout } = await execa(
    'nix-instantiate',
    ['--eval', '--strict', '--json', join(directory, 'stub.nix')],
    { env: given },
  );
  return JSON.parse(stdout);
}

function document(more: object) {
  return checkDocument({ version: 1, name: 'team/web', tag: '1', ...more }, 'the test');
}

const web = document({
  packages: ['bash', 'python3Packages.requests', 'openssl.bin', '1password'],
  layering: { budget: 40 },
  config: { Cmd: ['/bin/sh', '-c', 'echo "${HOME}"\n'], Env: ['A=\\b'], ExposedPorts: { '80/tcp': {} } },
});

describe('a document as a Nix expression', () => {
  it('asks dockerTools for the same packages, name and configuration', async () => {
    expect(await evaluate(copyAsNix(web, 'dockerTools'), '{ inherit pkgs; }')).toMatchObject({
      name: 'team/web',
      tag: '1',
      created: '1970-01-01T00:00:01Z',
      contents: ['/bash', '/requests', '/openssl-bin', '/1password', '/cacert', '/iana-etc'],
      maxLayers: 41,
      config: {
        Cmd: ['/bin/sh', '-c', 'echo "${HOME}"\n'],
        Env: [PATH, 'SSL_CERT_FILE=/etc/ssl/certs/ca-bundle.crt', 'A=\\b'],
        ExposedPorts: { '80/tcp': {} },
      },
    });
  });

  it('asks nix2container for them too', async () => {
    const call = '{ inherit pkgs; nix2container.buildImage = asked: asked; }';
    const given = {
      ...web,
      accounts: { users: [{ name: 'app' }] },
      directories: [{ path: '/srv', owner: 'app' }],
    };
    expect(await evaluate(copyAsNix(given, 'nix2container'), call)).toMatchObject({
      name: 'team/web',
      maxLayers: 40,
      copyToRoot: '/root',
      perms: [
        { path: '/root', regex: '^/root/tmp$', mode: '1777' },
        { path: '/root', regex: '^/root/var/tmp$', mode: '1777' },
        { path: '/root', regex: '^/root/root$', mode: '0700' },
        { path: '/root', regex: '^/root/home/app$', uid: 1000, gid: 1000 },
        { path: '/root', regex: '^/root/srv$', uid: 1000, gid: 1000 },
      ],
    });
  });

  it('puts the members of a meta-package in its place', async () => {
    const shell = document({ packages: ['shell'], defaults: { cacert: false, ianaEtc: false } });
    expect(await evaluate(copyAsNix(shell, 'dockerTools'), '{ inherit pkgs; }')).toMatchObject({
      contents: ['/bashInteractive', '/coreutils', '/moreutils', '/nano'],
      config: { Env: [PATH] },
    });
  });

  const commit = '0123456789abcdef0123456789abcdef01234567';
  it.each([
    [{ type: 'auto' }, 'import <nixpkgs> { }'],
    [{ type: 'starter' }, 'import <nixpkgs> { }'],
    [{ type: 'nixpkgs', commit }, `archive/${commit}.tar.gz`],
    [{ type: 'nixpkgs', channel: 'nixos-25.11' }, 'channels/nixos-25.11/nixexprs.tar.xz'],
    [{ type: 'git', url: 'https://host/set?x="y"', rev: commit }, 'url = "https://host/set?x=\\"y\\"";'],
    [{ type: 'path', path: '/with space/set.nix' }, 'import (/. + "/with space/set.nix") { }'],
    [{ type: 'path', path: 'set.nix' }, 'import (./. + "/set.nix") { }'],
    [{ type: 'flake', ref: 'github:owner/repo' }, '(builtins.getFlake "github:owner/repo")'],
  ])('names the source %o, in code that Nix can read', async (source, expected) => {
    for (const kind of ['dockerTools', 'nix2container'] as const satisfies NixExpressionKind[]) {
      const expression = await copyAsNix(document({ source, packages: ['bash'] }), kind);
      expect(expression).toContain(expected);
      await writeFile(join(directory, 'parsed.nix'), expression);
      await execa('nix-instantiate', ['--parse', join(directory, 'parsed.nix')], { env });
    }
  });

  it('takes the packages of a flake that has nothing else, and the tools of nixpkgs', async () => {
    const system = process.arch === 'arm64' ? 'aarch64-linux' : 'x86_64-linux';
    await mkdir(join(directory, 'flake'), { recursive: true });
    await writeFile(
      join(directory, 'flake/flake.nix'),
      `{ outputs = { self }: { packages.${system} = { a = "/a"; b = "/b"; }; }; }`,
    );
    const ofFlake = document({
      source: { type: 'flake', ref: `path:${join(directory, 'flake')}` },
      packages: ['a'],
    });
    const flakes = { ...env, NIX_CONFIG: `${env.NIX_CONFIG}\nexperimental-features = nix-command flakes` };
    const contents = await evaluate(copyAsNix(ofFlake, 'dockerTools'), '{ nixpkgs = pkgs; }', flakes);
    expect(contents).toMatchObject({ contents: ['/a'], config: { Env: [PATH] } });
    const beside = document({
      packages: ['bash', 'app:b'],
      sources: { app: ofFlake.source, unused: { type: 'starter' } },
      defaults: { cacert: false, ianaEtc: false },
    });
    expect(await copyAsNix(beside, 'dockerTools')).not.toContain('unused');
    expect(await evaluate(copyAsNix(beside, 'dockerTools'), '{ inherit pkgs; }', flakes)).toMatchObject({
      contents: ['/bash', '/b'],
    });
    await expect(
      copyAsNix(document({ packages: ['ap:b'], sources: beside.sources }), 'dockerTools'),
    ).rejects.toThrow('Did you mean app?');
  });

  it('carries the system and the arguments of the import', async () => {
    const expression = await copyAsNix(
      document({
        packages: ['arm64', 'bash'],
        importArguments: { config: { allowUnfree: true }, overlays: ['/o.nix'] },
      }),
      'dockerTools',
    );
    expect(expression).toContain(
      'import <nixpkgs> { config = { allowUnfree = true; }; overlays = [ (import (/. + "/o.nix")) ]; system = "aarch64-linux"; }',
    );
  });

  it('takes the revisions of the lock', async () => {
    const file = join(directory, 'locked.strata.json');
    const source = { type: 'nixpkgs', channel: 'nixos-25.11' };
    const narHash = `sha256-${'A'.repeat(43)}=`;
    const entry = { original: source, locked: { type: 'nixpkgs', commit }, revision: commit, narHash };
    await writeFile(lockFileOf(file), JSON.stringify({ version: 1, source: entry }));
    const locked = document({ source, packages: ['bash'] });
    expect(await copyAsNix(locked, 'dockerTools', { file })).toContain(
      `fetchTarball { url = "https://github.com/NixOS/nixpkgs/archive/${commit}.tar.gz"; sha256 = "${narHash}"; }`,
    );
    expect(await copyAsNix(locked, 'dockerTools', { file, unlocked: 'all' })).not.toContain(commit);
    await expect(
      copyAsNix({ ...locked, source: { type: 'nixpkgs' } }, 'dockerTools', { file }),
    ).rejects.toThrow('has the package source as it was');
  });
});

/** With everything that decides a root. */
const whole = {
  packages: ['python3', 'nginx', 'busybox', 'bash', 'coreutils', 'openssl.bin'],
  priorities: { busybox: 3 },
  files: [
    { from: 'app', to: '/srv/app', exclude: ['*.log'], owner: 'app' },
    { from: 'app/run', to: '/usr/local/bin/', mode: '0750', owner: 'root:media' },
    { text: "it's ${x} ''here''\nline\n", to: '/etc/my conf', mode: '0600' },
    { text: 'mine\n', to: '/share/nginx/html/index.html', replace: true },
    { link: '/srv/app', to: '/var/www', owner: 'app' },
    { text: 'through\n', to: '/var/www/sub/through' },
  ],
  accounts: {
    users: [
      { name: 'app', groups: ['media', 'nogroup'] },
      { name: 'db', uid: 70, gid: 71, home: '/var/lib/db', shell: '/bin/false' },
      { name: 'nonroot' },
    ],
    groups: [{ name: 'media', gid: 2000 }],
  },
  directories: [
    { path: '/var/lib/app', mode: '0750', owner: 'app' },
    { path: '/srv/media', mode: '2775', owner: 'root:media' },
    { path: '/var/log/nginx', owner: 'nobody' },
  ],
  permissions: [
    { path: '/bin/nginx', mode: '4755' },
    { path: '/etc/nginx', owner: 'app', recursive: true },
    { path: '/bin/sh', owner: 'db' },
    { path: '/srv/app', mode: '0640', recursive: true },
  ],
  config: { Cmd: ['python3', '/srv/app/main.py'], User: 'app', Env: ['A=b'] },
};
/** Of which only a part is linked. */
const part = {
  packages: ['shell', 'git', 'perl', 'nginx'],
  pathsToLink: ['/bin', '/etc', '/share/man'],
  permissions: [{ path: '/share', owner: 'nobody', recursive: true }],
  defaults: { cacert: false, ianaEtc: false },
};

const why =
  whyNoStarter ?? (findProgram(['fakeroot'], process.env.PATH) === null ? 'there is no fakeroot' : undefined);
if (why !== undefined) console.warn(`Skipped: the roots of copies as Nix. ${why}`);

describe.skipIf(why !== undefined)('the image of the expression', () => {
  let cache: TestCache;
  beforeAll(async () => {
    cache = await emptyCache();
    const app = join(directory, 'app');
    await mkdir(join(app, 'sub'), { recursive: true });
    const names = ['main.py', 'x.log', 'sub/keep.log', 'sub/z.log', '.hidden', 'run'];
    await Promise.all(names.map((name) => writeFile(join(app, name), name)));
    await chmod(join(app, 'run'), 0o755);
    await symlink('main.py', join(app, 'alias'));
    await writeFile(join(app, '.dockerignore'), 'sub/*.log\n!sub/keep.log\n');
  });
  afterAll(() => cache.remove());

  it.each([
    ['everything that decides a root', whole],
    ['a part of what packages have', part],
  ])('has the same files, modes and owners as ours, with %s', async (_, fields) => {
    const file = join(directory, 'image.strata.json');
    await writeFile(
      file,
      JSON.stringify({ version: 1, source: { type: 'starter' }, compression: { type: 'none' }, ...fields }),
    );
    const ours = join(directory, 'ours.tar');
    expect(await strata(['build', file, '-o', ours], { env: cache.env })).toMatchObject({ exitCode: 0 });
    const { stdout } = await strata(['nix', file], { env: cache.env });
    await writeFile(join(directory, 'expression.nix'), stdout);
    const starter = importStarter(await prepared(fields.packages.map((name) => name.replace('.bin', ''))));
    const [stream = ''] = await build(`import ${directory}/expression.nix { pkgs = ${starter}; }`);
    const theirs = join(directory, 'theirs.tar');
    await execa(onDisk(stream), { stdout: { file: theirs }, buffer: false });
    expect(await contents(theirs)).toEqual(await contents(ours));
  });

  /** All but the store, with what is in the files; and the configuration. */
  async function contents(image: string) {
    const { stdout } = await strata(['open', image, '--files', '--json'], { env: cache.env });
    const { files, config } = JSON.parse(stdout);
    const root = files
      .filter(({ path }: { path: string }) => !/^(nix(\/store.*)?)?$/.test(path))
      .map(({ layer, ...entry }: { layer: number }) => entry);
    return { config: config.config, root };
  }
});
