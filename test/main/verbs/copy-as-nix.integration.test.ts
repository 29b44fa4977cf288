// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are Nix's.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyAsNix } from '../../../src/main/verbs/copy-as-nix.ts';
import type { NixExpressionKind } from '../../../src/shared/nix-expression.ts';
import { checkDocument } from '../../../src/shared/parse-document.ts';

/** Package sets and builders that give back what they are asked for, so that an expression can be looked into. */
const STUB = `
  let
    names = [ "bash" "cacert" "iana-etc" "1password" "bashInteractive" "coreutils" "moreutils" "nano" ];
    fake = name: { type = "derivation"; inherit name; outPath = "/" + name; bin.outPath = "/" + name + "-bin"; };
    pkgs = builtins.listToAttrs (map (name: { inherit name; value = fake name; }) names) // {
      python3Packages.requests = fake "requests";
      openssl = fake "openssl";
      dockerTools = { streamLayeredImage = asked: asked; fakeNss = fake "fakeNss"; };
      buildEnv = asked: asked // { outPath = "/env"; };
    };
  in
  import ./expression.nix`;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'strata-nix-expression-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const env = { ...process.env, NIX_CONFIG: 'build-users-group =\nsandbox = false\nsubstituters =' };

async function evaluate(expression: string, call: string, given: NodeJS.ProcessEnv = env): Promise<unknown> {
  await writeFile(join(directory, 'expression.nix'), expression);
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
    expect(await evaluate(copyAsNix(web, 'dockerTools'), '{ inherit pkgs; }')).toEqual({
      name: 'team/web',
      tag: '1',
      created: '1970-01-01T00:00:01Z',
      contents: ['/bash', '/requests', '/openssl-bin', '/1password', '/cacert', '/iana-etc', '/fakeNss'],
      maxLayers: 41,
      extraCommands: 'mkdir -m 1777 tmp',
      config: {
        Cmd: ['/bin/sh', '-c', 'echo "${HOME}"\n'],
        Env: ['SSL_CERT_FILE=/etc/ssl/certs/ca-bundle.crt', 'A=\\b'],
        ExposedPorts: { '80/tcp': {} },
      },
    });
  });

  it('asks nix2container for them too', async () => {
    const call =
      '{ inherit pkgs; nix2container.buildImage = asked: asked // { root = asked.copyToRoot.paths; }; }';
    expect(await evaluate(copyAsNix(web, 'nix2container'), call)).toMatchObject({
      name: 'team/web',
      maxLayers: 40,
      copyToRoot: '/env',
      root: ['/bash', '/requests', '/openssl-bin', '/1password', '/cacert', '/iana-etc', '/fakeNss'],
    });
  });

  it('puts the members of a meta-package in its place', async () => {
    const shell = document({ packages: ['shell'], defaults: { cacert: false, ianaEtc: false } });
    expect(await evaluate(copyAsNix(shell, 'dockerTools'), '{ inherit pkgs; }')).toMatchObject({
      contents: ['/bashInteractive', '/coreutils', '/moreutils', '/nano', '/fakeNss'],
      config: { Env: [] },
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
      const expression = copyAsNix(document({ source, packages: ['bash'] }), kind);
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
      defaults: { cacert: false, ianaEtc: false },
    });
    const flakes = { ...env, NIX_CONFIG: `${env.NIX_CONFIG}\nexperimental-features = nix-command flakes` };
    const contents = await evaluate(copyAsNix(ofFlake, 'dockerTools'), '{ nixpkgs = pkgs; }', flakes);
    expect(contents).toMatchObject({ contents: ['/a', '/fakeNss'] });
    const beside = document({
      packages: ['bash', 'app:b'],
      sources: { app: ofFlake.source, unused: { type: 'starter' } },
      defaults: { cacert: false, ianaEtc: false },
    });
    expect(copyAsNix(beside, 'dockerTools')).not.toContain('unused');
    expect(await evaluate(copyAsNix(beside, 'dockerTools'), '{ inherit pkgs; }', flakes)).toMatchObject({
      contents: ['/bash', '/b', '/fakeNss'],
    });
    expect(() => copyAsNix(document({ packages: ['ap:b'], sources: beside.sources }), 'dockerTools')).toThrow(
      'Did you mean app?',
    );
  });

  it('carries the system and the arguments of the import', () => {
    const expression = copyAsNix(
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
});
