import { existsSync } from 'node:fs';
import { lstat, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa, execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ComposedSelection, composeSelection } from '../../../src/main/nix/compose-selection.ts';
import { dropGcRoot, gcRootsDirectory, listGcRoots } from '../../../src/main/nix/gc-roots.ts';
import { FIXTURE_SET, type IsolatedNix, isolatedNix } from './support/isolated-nix.ts';

let nix: IsolatedNix;
let composed: ComposedSelection;

const collectGarbage = () => execa('nix-collect-garbage', [], { env: nix.env, extendEnv: false });

const compose = (onLookedUp?: () => void) =>
  composeSelection(
    {
      source: { type: 'path', path: FIXTURE_SET },
      importArguments: {},
      packages: ['world', 'tool'],
      defaults: { cacert: false, ianaEtc: false },
      nix: { options: [] },
    },
    {
      cacheDirectory: nix.cacheDirectory,
      env: nix.env,
      onEvent: (event) => {
        if (event.type === 'phase' && event.phase === 'build') onLookedUp?.();
      },
    },
  );

beforeAll(async () => {
  nix = await isolatedNix();
  composed = await compose();
});
afterAll(() => nix.remove());

describe('a garbage collection', () => {
  test('takes the derivations, and leaves the closure that a build is packing', async () => {
    const { stdout } = await collectGarbage();
    expect(stdout).toMatch(/store paths deleted/);
    for (const path of composed.graph.paths) expect(existsSync(path)).toBe(true);
    expect(await readFile(composed.sources[0].gcRoot, 'utf8')).toContain(composed.packages[0]?.storePath);
  });

  test('between looking up and building makes it look up again', async () => {
    const root = (await compose()).sources[0].gcRoot;
    await dropGcRoot(nix.cacheDirectory, basename(root));
    await collectGarbage();
    let collections = 0;
    const again = await compose(() => {
      if (collections++ === 0) execaSync('nix-collect-garbage', [], { env: nix.env, extendEnv: false });
    });
    expect(collections).toBe(2);
    expect(again.graph).toEqual(composed.graph);
    for (const path of again.graph.paths) expect(existsSync(path)).toBe(true);
  });

  test('takes what nothing holds any more', async () => {
    await dropGcRoot(nix.cacheDirectory, basename(composed.sources[0].gcRoot));
    await collectGarbage();
    for (const path of composed.graph.paths) expect(existsSync(path)).toBe(false);
  });
});

describe('roots', () => {
  test('are listed with what they hold, and dropped by name', async () => {
    const [{ gcRoot }] = (await compose()).sources;
    const [root] = await listGcRoots(nix.cacheDirectory);
    expect(root).toMatchObject({ name: basename(gcRoot), path: gcRoot, holds: ['world', 'tool'] });
    expect(root?.target).toContain('strata-runtime-graph');
    await dropGcRoot(nix.cacheDirectory, basename(gcRoot));
    expect(await listGcRoots(nix.cacheDirectory)).toEqual([]);
    await dropGcRoot(nix.cacheDirectory, basename(gcRoot));
  });

  test('are links: another file, or one elsewhere, is not touched', async () => {
    const file = join(gcRootsDirectory(nix.cacheDirectory), 'a-file');
    await writeFile(file, '');
    const outside = join(nix.cacheDirectory, 'outside');
    await symlink('/nowhere', outside);
    await dropGcRoot(nix.cacheDirectory, 'a-file');
    await dropGcRoot(nix.cacheDirectory, '../outside');
    expect(existsSync(file)).toBe(true);
    expect((await lstat(outside)).isSymbolicLink()).toBe(true);
    expect(await listGcRoots(nix.cacheDirectory)).toEqual([]);
  });

  test('of which the target is gone are listed as such', async () => {
    await symlink('/nowhere', join(gcRootsDirectory(nix.cacheDirectory), 'dangling'));
    expect(await listGcRoots(nix.cacheDirectory)).toMatchObject([{ name: 'dangling', target: null }]);
  });
});
