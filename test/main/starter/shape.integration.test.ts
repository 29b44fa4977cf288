import { mkdtemp, readdir, readFile, readlink, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PreparedStarter } from '../../../src/main/starter/prepare.ts';
import { closureOf, runOfStore } from './image-root.ts';
import {
  build,
  evaluate,
  importStarter,
  isStoreInPlace,
  NIX_ENVIRONMENT,
  onDisk,
  prepared,
  refusal,
  tryBuild,
  whyNoStarter,
} from './nix.ts';

/** Expressions as people write them for nixpkgs, evaluated and built against the starter set. */
let starter: PreparedStarter;
let pkgs: string;

beforeAll(async () => {
  starter = await prepared(['bash', 'curl', 'coreutils', 'hello', 'openssl', 'python3.withPackages']);
  pkgs = importStarter(starter);
});

describe('a package', () => {
  it('describes itself as in nixpkgs', async () => {
    const expression = `with ${pkgs}; {
      inherit (hello) pname name type system outputs;
      inherit (hello.meta) mainProgram available broken unfree insecure;
      license = hello.meta.license.spdxId;
      version = lib.hasPrefix "2." hello.version;
      description = builtins.isString hello.meta.description;
      supported = lib.elem stdenv.hostPlatform.system hello.meta.platforms;
      exe = lib.removePrefix (toString hello) (lib.getExe hello);
      same = lib.getName hello + "-" + lib.getVersion hello == hello.name;
    }`;

    expect(await evaluate(expression)).toEqual({
      pname: 'hello',
      name: expect.stringMatching(/^hello-2\.\d+$/),
      type: 'derivation',
      system: starter.system,
      outputs: ['out'],
      mainProgram: 'hello',
      available: true,
      broken: false,
      unfree: false,
      insecure: false,
      license: 'GPL-3.0-or-later',
      version: true,
      description: true,
      supported: true,
      exe: '/bin/hello',
      same: true,
    });
  });

  it('has outputs with paths of their own', async () => {
    const expression = `with ${pkgs}; map (p: builtins.unsafeDiscardStringContext "\${p}") [
      openssl openssl.bin openssl.dev openssl.out (lib.getBin openssl) (lib.getLib openssl)
    ]`;
    const [whole, bin, dev, out, getBin, getLib] = (await evaluate(expression)) as string[];

    expect(whole).toBe(bin);
    expect(getBin).toBe(bin);
    expect(getLib).toBe(out);
    expect(new Set([bin, dev, out]).size).toBe(3);
    expect([bin, dev]).toEqual([expect.stringMatching(/-bin$/), expect.stringMatching(/-dev$/)]);
  });

  it('can be overridden, and gets another path by it', async () => {
    const expression = `with ${pkgs}; let
      changed = hello.overrideAttrs (old: { pname = "greeting"; passthru = old.passthru or {} // { kept = true; }; });
      twice = (changed.override { }).overrideAttrs (final: prev: { note = prev.pname; });
    in [ changed.name (changed.outPath != hello.outPath) changed.kept twice.note twice.pname (hello.override {}).name ]`;

    expect(await evaluate(expression)).toEqual([
      expect.stringMatching(/^hello-/),
      true,
      true,
      'greeting',
      'greeting',
      expect.stringMatching(/^hello-/),
    ]);
  });

  it('changes what depends on it when an overlay changes it', async () => {
    const overlaid = importStarter(
      starter,
      'overlays = [ (final: prev: { openssl = prev.openssl.overrideAttrs { changed = true; }; greeting = final.hello; }) ];',
    );
    const expression = `let a = ${pkgs}; b = ${overlaid}; in [
      (a.curl.outPath == b.curl.outPath) (a.hello.outPath == b.hello.outPath) (b.greeting.outPath == b.hello.outPath)
    ]`;

    expect(await evaluate(expression)).toEqual([false, true, true]);
  });
});

describe.skipIf(whyNoStarter !== undefined)('a build', () => {
  it('gives the same bytes again', async () => {
    const expression = `with ${pkgs}; [ bash coreutils openssl python3 python3Packages.requests ]`;
    await build(expression);

    await expect(build(expression, '--check')).resolves.toHaveLength(5);
  });
});

describe.skipIf(whyNoStarter !== undefined)('functions of the set', () => {
  it('call packages with what they ask for', async () => {
    const expression = `with ${pkgs}; let
      make = { lib, stdenv, hello, word ? "hi" }: stdenv.mkDerivation (self: { pname = word; version = "1"; buildCommand = "echo \${self.pname} > $out"; });
      package = callPackage make { };
    in [ package.name (package.override { word = "ho"; }).name (callPackage make { word = "hu"; }).name ]`;

    expect(await evaluate(expression)).toEqual(['hi-1', 'ho-1', 'hu-1']);
    expect(await refusal(`${pkgs}.callPackage ({ nothing }: nothing) { }`)).toMatch(
      /required argument "nothing"/,
    );
  });

  it('write texts and run commands', async () => {
    const [text, script, command] = await build(`with ${pkgs}; [
      (writeText "text" "hello\\n")
      (writeShellScriptBin "greet" "echo hello $1")
      (runCommand "command" { nativeBuildInputs = [ hello ]; words = "a b"; } "hello > $out; echo $words >> $out")
    ]`);

    expect(await readFile(onDisk(`${text}`), 'utf8')).toBe('hello\n');
    expect(await runOfStore(`${script}`, ['greet', 'you'])).toBe('hello you');
    expect(await readFile(onDisk(`${command}`), 'utf8')).toBe('Hello, world!\na b\n');
  });

  it('run the phases of a derivation', async () => {
    const [path] = await build(`with ${pkgs}; stdenv.mkDerivation {
      name = "phases";
      src = writeTextDir "greeting.in" "hello @name@\\n";
      postPatch = "substituteInPlace greeting.in --replace @name@ world";
      installPhase = ''
        runHook preInstall
        install -D greeting.in $out/greeting
        runHook postInstall
      '';
      postInstall = "echo done >> $out/greeting";
    }`);

    expect(await readFile(onDisk(`${path}/greeting`), 'utf8')).toBe('hello world\ndone\n');
  });

  it('join packages, the first of two equal names winning', async () => {
    const [joined, environment, settled] = await build(`with ${pkgs}; [
      (symlinkJoin { name = "joined"; paths = [ hello (writeShellScriptBin "hello" "echo mine") bash ]; postBuild = "touch $out/bin/extra"; })
      (buildEnv { name = "environment"; paths = [ hello bash ]; pathsToLink = [ "/bin" ]; })
      (buildEnv { name = "settled"; paths = [ hello (lib.hiPrio (writeShellScriptBin "hello" "echo mine")) ]; })
    ]`);

    expect(await runOfStore(`${joined}`, ['hello'])).toBe('Hello, world!');
    expect(await readdir(onDisk(`${joined}/bin`))).toEqual(
      expect.arrayContaining(['bash', 'extra', 'hello']),
    );
    expect(await readdir(onDisk(`${environment}`))).toEqual(['bin']);
    expect(await runOfStore(`${settled}`, ['hello'])).toBe('mine');
    expect(await readlink(onDisk(`${settled}/share`))).toMatch(/-hello-[\d.]+\/share$/);
  });

  it('give Python the modules that it is built with, and running it leaves the store as it was', async () => {
    const [path = ''] = await build(`${pkgs}.python3.withPackages (ps: with ps; [ requests flask numpy ])`);
    const code = 'import requests, flask, numpy, urllib3; print(requests.__file__.startswith("/nix/store"))';

    expect(await runOfStore(path, ['python3', '-c', code])).toBe('True');
    const closure = await closureOf([path]);
    await execa('nix-store', ['--verify-path', ...closure], { env: NIX_ENVIRONMENT });
  });

  it('have the other names that nixpkgs gives them', async () => {
    const expression = `with ${pkgs}; map (p: p.pname) [ bashInteractive lua netcat-openbsd openssl_3 python3Minimal ]`;

    expect(await evaluate(expression)).toEqual(['bash', 'lua', 'netcat', 'openssl', 'python3']);
  });

  it('know Python by its other names', async () => {
    const expression = `with ${pkgs}; let v = "python" + lib.replaceStrings [ "." ] [ "" ] python3.pythonVersion; in
      map (p: p.outPath) [ python3 ${pkgs}.\${v} python3Packages.python python3.pkgs.python ]
      ++ [ python3Packages.requests.outPath ${pkgs}.\${v + "Packages"}.requests.outPath ]`;
    const paths = (await evaluate(expression)) as string[];

    expect(new Set(paths.slice(0, 4)).size).toBe(1);
    expect(paths[4]).toBe(paths[5]);
  });
});

describe.skipIf(whyNoStarter !== undefined)('a package that is not fit for use', () => {
  it.each([
    ['unfree-hello', 'has an unfree license (‘unfree’), refusing to evaluate.', 'allowUnfree = true;'],
    ['broken-hello', 'is marked as broken, refusing to evaluate.', 'allowBroken = true;'],
    [
      'insecure-hello',
      'is marked as insecure, refusing to evaluate.',
      'permittedInsecurePackages = [ "insecure-hello-1.0" ];',
    ],
    [
      'unsupported-hello',
      'is not available on the requested hostPlatform:',
      'allowUnsupportedSystem = true;',
    ],
  ])('%s is refused unless the configuration permits it', async (attribute, message, permission) => {
    const refused = await refusal(`${pkgs}.testing.${attribute}`);
    expect(refused).toContain(`Package ‘${attribute}-1.0’ in ${starter.path}/testing.nix:`);
    expect(refused).toContain(message);
    expect(await evaluate(`${pkgs}.testing.${attribute}.meta.available`)).toBe(false);

    const permitted = importStarter(starter, `config = { ${permission} };`);
    const [path] = await build(`${permitted}.testing.${attribute}`);
    expect(await runOfStore(`${path}`, [attribute])).toBe(`I am ${attribute}.`);
  });

  it('says why it is insecure', async () => {
    expect(await refusal(`${pkgs}.testing.insecure-hello`)).toMatch(
      /Known issues:\s+- It exists to be refused/,
    );
  });

  it('cannot be evaluated', async () => {
    expect(await refusal(`${pkgs}.testing.evaluation-failure`)).toContain(
      'cannot be evaluated: this is what it is for',
    );
  });

  it('fails to build, with its output in the log', async () => {
    const result = await tryBuild(`${pkgs}.testing.build-failure`);
    expect(result.exitCode).not.toBe(0);
    expect(result.log).toContain('build-failure: error: this package always fails');
    // Nix 2.34 says it in two lines.
    expect(result.log).toMatch(
      /build-failure-1\.0\.drv'(?: failed|\.\s+Reason: builder failed) with exit code 3/,
    );
  });

  it('takes as long as it is told to', async () => {
    const result = await tryBuild(`${pkgs}.testing.slow-build.override { seconds = 1; }`);
    expect(result.exitCode).toBe(0);
  });

  it('cannot be built without patchelf, and says so', async ({ skip }) => {
    if (!isStoreInPlace) skip('Builders see no directory of a test in their sandbox.');
    const programs = await mkdtemp(join(tmpdir(), 'strata-programs-'));
    for (const program of ['tar', 'find', 'dpkg-deb'])
      await symlink(`/usr/bin/${program}`, join(programs, program));
    const result = await tryBuild(`${pkgs}.hello.overrideAttrs { hostPath = "${programs}"; }`);
    await rm(programs, { recursive: true });

    expect(result.exitCode).not.toBe(0);
    expect(result.log).toContain('the starter package set needs patchelf on this machine');
  });

  /** The package hello with another program in its place, a script. */
  const helloThat = (script: string, more = ''): string => {
    const text = JSON.stringify(`#!/bin/sh\n${script}\n`);
    return `let pkgs = ${pkgs}; in pkgs.hello.overrideAttrs { ${more} fixup = pkgs.writeText "fixup" ''
      cp \${builtins.toFile "script" ${text}} "$out/bin/hello"
      chmod 755 "$out/bin/hello"
    ''; }`;
  };

  it.each([
    ['crashes', 'kill -SEGV $$', '`hello --version` was killed by the signal SEGV.'],
    ['lacks a library', 'exit 127', '`hello --version` ended with exit code 127'],
    [
      'lacks a module',
      'echo "ModuleNotFoundError: No module named x"; exit 1',
      'lacks a module: ModuleNotFoundError: No module named x.',
    ],
  ])('is not built where a program that it offers %s', async (_, script, says) => {
    const { exitCode, log } = await tryBuild(helloThat(script));
    expect(exitCode).not.toBe(0);
    expect(log).toContain(says);
  });

  it('is not built where its main program is missing, and is where another one is', async () => {
    const withPrograms = (...programs: string[]) =>
      helloThat('exit', `startCommands = ''${programs.join('\n')}'';`);
    const { exitCode, log } = await tryBuild(withPrograms('missing --version'));
    expect(exitCode).not.toBe(0);
    expect(log).toMatch(
      /hello-[\d.]+\/bin\/missing does not start: `missing --version` ended with exit code 127/,
    );
    expect((await tryBuild(withPrograms('hello --version', 'missing --version'))).exitCode).toBe(0);
  });

  it('is built where a program ends with a code of its own, and has nothing of what that leaves', async () => {
    const [path = ''] = await build(helloThat('echo printed; touch here "$HOME/there"; exit 3'));
    expect(await readdir(onDisk(path), { recursive: true })).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/here$/)]),
    );
  });

  it('is for another system', async () => {
    expect(await refusal(importStarter(starter, 'system = "riscv64-linux";'))).toMatch(
      /starter package set of this machine is for \S+, not for riscv64-linux/,
    );
  });
});
