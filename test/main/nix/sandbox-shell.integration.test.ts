import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeSelection } from '../../../src/main/nix/compose-selection.ts';
import { detectNix } from '../../../src/main/nix/environment.ts';
import { lookUp } from '../../../src/main/nix/lookup.ts';
import { type IsolatedNix, isolatedNix } from './support/isolated-nix.ts';

let nix: IsolatedNix;
let set: string;

/** A package that Nix itself builds: no shell runs for it, and none is in its closure. */
const SET = `{ ... }:
let
  text = builtins.toFile "text" "hello";
  package = derivation {
    name = "package-1.0";
    builder = "builtin:fetchurl";
    system = "builtin";
    url = "file://\${text}";
    outputHashMode = "flat";
    outputHash = "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
    preferLocalBuild = true;
    executable = false;
    unpack = false;
  };
in
{ inherit package; }`;

beforeAll(async () => {
  nix = await isolatedNix(['sandbox = true', 'sandbox-paths =']);
  set = join(nix.directory, 'set.nix');
  writeFileSync(set, SET);
});
afterAll(() => nix.remove());

describe('a sandbox without a shell, as that of Debian', () => {
  test('is noticed', async () => {
    expect(await detectNix(nix.env)).toMatchObject({ hasSandboxShell: false });
  });

  test('gets that of the machine for the closure graph', async () => {
    const composed = await composeSelection(
      {
        source: { type: 'path', path: set },
        importArguments: {},
        packages: ['package'],
        defaults: { cacert: false, ianaEtc: false },
        nix: { options: [] },
      },
      { cacheDirectory: nix.cacheDirectory, env: nix.env },
    );
    expect(composed.graph.paths).toEqual([composed.packages[0]?.storePath]);
  });

  test('leaves the graph to the shell that the package set has', async () => {
    const withShell = join(nix.directory, 'with-shell.nix');
    writeFileSync(withShell, `arguments: import ${set} arguments // { runtimeShell = "/set/bin/bash"; }`);
    const { system } = await detectNix(nix.env);
    const lookup = {
      source: { type: 'path', path: withShell },
      importArguments: {},
      system,
      packages: [
        { requested: 'package', source: null, segments: ['package'], optional: false, isDefault: false },
      ],
    } as const;
    const builderOf = async (changes: { hasShell: boolean; system?: string }) => {
      const { graph, needsShell } = await lookUp({ ...lookup, ...changes }, await nix.run());
      const [builder] = /"(\/set)?\/bin\/(ba)?sh"/.exec(readFileSync(graph ?? '', 'utf8')) ?? [];
      return { builder, needsShell };
    };
    expect(await builderOf({ hasShell: false })).toEqual({ builder: '"/set/bin/bash"', needsShell: false });
    expect(await builderOf({ hasShell: true })).toEqual({ builder: '"/bin/sh"', needsShell: false });
    // A shell for another processor does not run here.
    expect(await builderOf({ hasShell: false, system: 'riscv64-linux' })).toEqual({
      builder: '"/bin/sh"',
      needsShell: true,
    });
  });
});
