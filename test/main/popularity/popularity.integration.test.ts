import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { popularityFromCache } from '../../../src/main/popularity/from-cache.ts';
import { popularityFromStore } from '../../../src/main/popularity/from-store.ts';
import { readStorePathList } from '../../../src/main/popularity/store-path-list.ts';
import { type FileServer, fileServer } from '../nix/support/file-server.ts';
import { type IsolatedNix, isolatedNix } from '../nix/support/isolated-nix.ts';

/** Real store paths that refer to each other: three programs need the library, and all need the base. */
const EXPRESSION = `
  let
    make = name: deps: derivation {
      inherit name;
      system = builtins.currentSystem;
      builder = "/bin/sh";
      args = [ "-c" "echo \${toString deps} > $out" ];
    };
    base = make "base-2.36" [ ];
    library = make "library-1.0" [ base ];
  in map (name: make name [ library base ]) [ "first-1" "second-1" "third-1" ]
`;
const EXPECTED = { 'base-2.36': 4, 'library-1.0': 3 };

let nix: IsolatedNix;
let server: FileServer;
let cache: string;
let paths: readonly string[];

beforeAll(async () => {
  nix = await isolatedNix();
  cache = join(nix.directory, 'binary-cache');
  const config = `${nix.env.NIX_CONFIG}\nbuild-users-group =\nextra-experimental-features = nix-command`;
  const options = { env: { ...nix.env, NIX_CONFIG: config }, extendEnv: false, lines: true } as const;
  paths = (await execa('nix-build', ['--no-out-link', '-E', EXPRESSION], options)).stdout;
  await execa('nix', ['copy', '--to', `file://${cache}`, ...paths], options);
  server = await fileServer(cache);
});
afterAll(async () => {
  await server.close();
  await nix.remove();
});

describe('popularity over what Nix has made', () => {
  const state = (name: string) => join(nix.directory, 'state', name);

  it('is counted over a file cache of `nix copy`', async () => {
    const count = await popularityFromCache({ cache, stateDirectory: state('files') });

    expect(count).toEqual({ popularity: EXPECTED, counted: 5, fetched: 5, missing: 0 });
  });

  it('is the same over that cache behind HTTP, from a list of paths as channels have it', async () => {
    const list = join(nix.directory, 'store-paths');
    await execa('sh', ['-c', 'printf "%s\\n" "$@" | xz > "$0.xz"', list, ...paths]);
    const from = await readStorePathList(`${list}.xz`);
    expect(from).toEqual(paths);

    const count = await popularityFromCache({
      cache: server.url,
      paths: from,
      stateDirectory: state('http'),
    });
    expect(count).toEqual({ popularity: EXPECTED, counted: 5, fetched: 5, missing: 0 });
  });

  it('is the same over the store itself, where derivations do not count', async () => {
    expect(await popularityFromStore(nix.env)).toEqual({ popularity: EXPECTED, counted: 5 });
  });
});
