import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { physicalPath } from '../../../src/engine/graph/physical-path.ts';
import { readLayer } from '../../../src/main/images/read-layer.ts';
import { type ComposedSelection, composeSelection } from '../../../src/main/nix/compose-selection.ts';
import { listGcRoots } from '../../../src/main/nix/gc-roots.ts';
import { openBlobStore } from '../../../src/main/store/blob-store.ts';
import { packDocument } from '../../../src/main/verbs/pack.ts';
import type { PackageSource } from '../../../src/shared/document.ts';
import type { StrataError } from '../../../src/shared/errors.ts';
import { parseDocument } from '../../../src/shared/parse-document.ts';
import { emptyCache, type TestCache } from '../../support/cache.ts';
import { whyNoStarter } from '../starter/nix.ts';

/** Built with what a sandbox has: a shell and nothing else. `two` has a directory by a link into `one`. */
const SET = `{ ... }:
let
  make = name: script: derivation {
    inherit name;
    system = builtins.currentSystem;
    builder = "/bin/sh";
    args = [ "-c" "set -e; \${script}; exit 0" ];
  };
  text = builtins.toFile "text" "hello";
  one = builtins.path { name = "one-1.0"; path = ./one; };
  package = name: outPath: { type = "derivation"; inherit name outPath; drvPath = outPath; outputs = [ "out" ]; };
in
{ tool = make "tool-1.0" "echo \${text} \${one} > $out"; fails = make "fails-1.0" "echo why; exit 3"; files = package "files-1.0" one; }`;

const request = {
  importArguments: {},
  packages: ['tool', 'files'],
  defaults: { cacert: false, ianaEtc: false },
  nix: { options: [] },
};

let directory: string;
let directorySource: string;
let root: string;
let env: NodeJS.ProcessEnv;
let cache: TestCache;
beforeAll(async () => {
  cache = await emptyCache();
  directory = await realpath(await mkdtemp(join(tmpdir(), 'strata-chroot-')));
  root = join(directory, 'root');
  await mkdir(join(directory, 'home'));
  directorySource = join(directory, 'set');
  await mkdir(join(directorySource, 'one', 'bin'), { recursive: true });
  await writeFile(join(directorySource, 'one', 'bin', 'hello'), '#!/bin/sh\necho hello\n', { mode: 0o755 });
  await writeFile(join(directorySource, 'default.nix'), SET);
  env = {
    PATH: process.env.PATH,
    HOME: join(directory, 'home'),
    NIX_REMOTE: root,
    NIX_CONFIG: 'substituters =\nbuild-users-group =',
  };
});
afterAll(async () => {
  await execa('chmod', ['-R', 'u+w', directory]);
  await rm(directory, { recursive: true, force: true });
  await cache.remove();
});

/** A machine may keep namespaces from its users, and from root in a container. */
async function namespaces(): Promise<boolean> {
  const { exitCode } = await execa('unshare', ['--user', '--map-root-user', '--mount', 'true'], {
    reject: false,
  });
  return exitCode === 0;
}

describe('a store below another root', () => {
  let composed: ComposedSelection | undefined;
  beforeAll(async () => {
    if (!(await namespaces())) return;
    composed = await composeSelection(
      { ...request, source: { type: 'path', path: directorySource } },
      { cacheDirectory: join(directory, 'cache'), env },
    );
  });

  test('keeps the log of what failed where the hint says', async ({ skip }) => {
    if (composed === undefined) return skip('This machine does not let its users make namespaces.');
    const failing = composeSelection(
      { ...request, packages: ['fails'], source: { type: 'path', path: directorySource } },
      { cacheDirectory: join(directory, 'cache'), env },
    );
    const error = await failing.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'build-failed', log: 'why' });
    const [, command = ''] = /^The whole log: (.*)$/m.exec((error as StrataError).hint ?? '') ?? [];
    const { NIX_REMOTE: _, ...elsewhere } = env;
    const [program = '', ...args] = command.split(' ');
    expect((await execa(program, args, { env: elsewhere, extendEnv: false })).stdout).toBe('why');
  });

  test('is built into, and its paths are where they say below that root only', async ({ skip }) => {
    if (composed === undefined) return skip('This machine does not let its users make namespaces.');
    expect(composed.storeRoot).toBe(root);
    expect(composed.graph.size).toBe(3);
    for (const path of composed.graph.paths) {
      expect(path).toMatch(/^\/nix\/store\//);
      expect(existsSync(path)).toBe(false);
      expect(existsSync(physicalPath(root, path))).toBe(true);
    }
  });

  test('its roots are known, and hold', async ({ skip }) => {
    if (composed === undefined) return skip('This machine does not let its users make namespaces.');
    const [gcRoot] = await listGcRoots(join(directory, 'cache'), root);
    expect(gcRoot).toMatchObject({ path: composed.sources[0].gcRoot, holds: ['tool', 'files'] });
    expect(gcRoot?.target).toMatch(/^\/nix\/store\//);
    await execa('nix-store', ['--gc'], { env, extendEnv: false });
    for (const path of composed.graph.paths) expect(existsSync(physicalPath(root, path))).toBe(true);
  });

  test('a path in it is a package source', async ({ skip }) => {
    if (composed === undefined) return skip('This machine does not let its users make namespaces.');
    const { stdout: path } = await execa('nix-store', ['--add', directorySource], { env, extendEnv: false });
    const again = await composeSelection(
      { ...request, source: { type: 'path', path } },
      { cacheDirectory: join(directory, 'cache'), env },
    );
    expect(again.sources[0].source.revision).toBe(path);
    expect(again.graph.paths).toEqual(composed.graph.paths);
  });

  test('is where links, and channels, lead to', async ({ skip }) => {
    if (composed === undefined) return skip('This machine does not let its users make namespaces.');
    const inStore = { env, extendEnv: false };
    await writeFile(join(directorySource, '.version'), '42.05\n');
    const { stdout: set } = await execa('nix-store', ['--add', directorySource], inStore);
    await rm(join(directorySource, '.version'));
    // As `nix-channel --update` leaves it: a link of the user's to a set of links.
    const channels = join(directory, 'channels-1');
    await mkdir(channels);
    await symlink(set, join(channels, 'nixpkgs'));
    const { stdout: generation } = await execa('nix-store', ['--add', channels], inStore);
    await symlink(generation, join(directory, 'channels'));
    await symlink(set, join(directory, 'set-link'));
    const compose = (source: PackageSource, nixPath: string) =>
      composeSelection(
        { ...request, source },
        { cacheDirectory: join(directory, 'cache'), env: { ...env, NIX_PATH: nixPath } },
      );

    for (const nixPath of [
      join(directory, 'channels'),
      `nixpkgs=${join(directory, 'set-link')}`,
      `nixpkgs=${set}`,
    ]) {
      const { sources, graph } = await compose({ type: 'nixpkgs' }, nixPath);
      expect(sources[0].source).toMatchObject({
        location: set,
        revision: set,
        description: 'nixpkgs 42.05 of the search path',
      });
      expect(graph.paths).toEqual(composed.graph.paths);
    }
    const link = await compose({ type: 'path', path: join(directory, 'set-link') }, '');
    expect(link.sources[0].source.revision).toBe(set);
    expect(link.graph.paths).toEqual(composed.graph.paths);
  });

  test('gets the starter set, built by the machine in a sandbox, with the bytes that it has elsewhere', async ({
    skip,
  }) => {
    if (composed === undefined) return skip('This machine does not let its users make namespaces.');
    if (whyNoStarter !== undefined) return skip(whyNoStarter);
    const compose = (environment: NodeJS.ProcessEnv) =>
      composeSelection(
        {
          source: { type: 'starter' },
          importArguments: {},
          packages: ['hello', 'python3'],
          defaults: { cacert: false, ianaEtc: false },
          nix: { options: [] },
        },
        { cacheDirectory: cache.path, env: environment },
      );
    const there = await compose(env);
    const here = await compose(process.env);
    expect(there.storeRoot).toBe(root);
    expect(here.storeRoot).not.toBe(root);
    expect(there.graph.paths).toEqual(here.graph.paths);
    expect(there.graph.narHashes).toEqual(here.graph.narHashes);
  });

  test('its image says nothing of that root', async ({ skip }) => {
    if (composed === undefined) return skip('This machine does not let its users make namespaces.');
    const document = parseDocument('{"version": 1, "packages": ["tool", "files"]}', 'test');
    const store = await openBlobStore(join(directory, 'blobs'));
    try {
      const closure = { ...composed, popularity: {} };
      const context = { store, cacheDirectory: directory };
      const { image } = await packDocument(document, closure, { known: [] }, context);
      const files = new Map<string, string | undefined>();
      for (const { file, descriptor } of image.layers) {
        const { entries } = await readLayer({ openBlob: async () => createReadStream(file) }, descriptor);
        for (const entry of entries) files.set(entry.path, entry.linkTarget);
      }
      const held = composed.packages.find(({ attribute }) => attribute === 'files')?.storePath;
      expect(files.get('bin/hello')).toBe(`${held}/bin/hello`);
      for (const path of composed.graph.paths) expect([...files.keys()]).toContain(path.slice(1));
      expect([...files].flat().filter((text) => text?.includes(directory.slice(1)))).toEqual([]);
    } finally {
      store.close();
    }
  });
});
