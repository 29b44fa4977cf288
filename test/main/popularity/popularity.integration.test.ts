import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crawlFilePath } from '../../../src/main/popularity/crawl-file.ts';
import { popularityFromCache } from '../../../src/main/popularity/from-cache.ts';
import { popularityFromStore } from '../../../src/main/popularity/from-store.ts';
import { hashPart } from '../../../src/main/popularity/narinfo.ts';
import { readStorePathList } from '../../../src/main/popularity/store-path-list.ts';
import { repositoryRoot, strata } from '../../support/cli.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
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
let baseHash: string;

beforeAll(async () => {
  nix = await isolatedNix();
  cache = join(nix.directory, 'binary-cache');
  const config = `${nix.env.NIX_CONFIG}\nbuild-users-group =\nextra-experimental-features = nix-command`;
  const options = { env: { ...nix.env, NIX_CONFIG: config }, extendEnv: false, lines: true } as const;
  paths = (await execa('nix-build', ['--no-out-link', '-E', EXPRESSION], options)).stdout;
  const closure = await execa('nix-store', ['--query', '--requisites', ...paths], options);
  baseHash = hashPart(
    closure.stdout
      .find((path) => path.endsWith('-base-2.36'))
      ?.split('/')
      .at(-1) ?? '',
  );
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

    expect(count).toEqual({ popularity: EXPECTED, counted: 5, fetched: 5, missing: 0, unreadable: [] });
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
    expect(count).toEqual({ popularity: EXPECTED, counted: 5, fetched: 5, missing: 0, unreadable: [] });
  });

  it('goes on after the command was killed, and asks for no path twice', async () => {
    const list = join(nix.directory, 'paths');
    await writeFile(list, `${paths.join('\n')}\n`);
    const asked: string[] = [];
    // The base, which is found last, is answered only once the first command is gone.
    const slow = await startFaultProxy(new URL(server.url).host, {
      fault: ({ path }) => {
        const again = asked.includes(path);
        asked.push(path);
        return path.includes(baseHash) && !again ? { type: 'silence' } : undefined;
      },
    });
    const args = [
      'popularity',
      '--from-cache',
      `http://${slow.host}`,
      '--paths',
      list,
      '--out',
      join(nix.directory, 'pop.json'),
    ];
    const env = { STRATA_CACHE_DIR: state('killed') };
    try {
      const killed = execa(process.execPath, [join(repositoryRoot, 'src/main/cli.ts'), ...args], {
        env,
        reject: false,
      });
      await expect.poll(() => asked.some((path) => path.includes(baseHash)), { timeout: 120_000 }).toBe(true);
      const kept = () =>
        readFile(crawlFilePath(join(state('killed'), 'popularity'), `http://${slow.host}`), 'utf8');
      await expect.poll(async () => (await kept()).split('\n').length - 1, { timeout: 120_000 }).toBe(4);
      killed.kill('SIGKILL');
      await killed;

      const next = await strata(args, { env });
      expect(next.exitCode, next.stderr).toBe(0);
      expect(next.stderr).toContain('of 5 store paths, 1 read now, 0 not in the cache, 0 unreadable');
      expect(JSON.parse(await readFile(join(nix.directory, 'pop.json'), 'utf8'))).toEqual(EXPECTED);
      expect(asked.filter((path) => !path.includes(baseHash))).toHaveLength(4);
    } finally {
      await slow.stop();
    }
  });

  it('is counted over a cache that asks for a password, which a netrc file has', async () => {
    const locked = await fileServer(cache, { credentials: 'me:open-sesame' });
    const netrc = join(nix.directory, 'netrc');
    const list = join(nix.directory, 'paths-of-locked');
    await writeFile(netrc, 'machine 127.0.0.1 login me password open-sesame\n', { mode: 0o600 });
    await writeFile(list, `${paths.join('\n')}\n`);
    const count = (name: string, args: readonly string[], config = '') =>
      strata(
        [
          'popularity',
          '--from-cache',
          locked.url,
          '--paths',
          list,
          '--out',
          join(nix.directory, name),
          ...args,
        ],
        { env: { STRATA_CACHE_DIR: state(name), NIX_CONFIG: config } },
      );
    try {
      const without = await count('without', []);
      expect(without.exitCode).toBe(6);
      expect(without.stderr).toContain('status 401');
      expect(without.stderr).toContain('--netrc-file');
      for (const allowed of [
        await count('named', ['--netrc-file', netrc]),
        await count('of-nix', [], `netrc-file = ${netrc}`),
      ]) {
        expect(allowed.stderr).toContain('of 5 store paths, 5 read now');
        expect(allowed.stderr).not.toContain('open-sesame');
      }
      const absent = await count('absent', ['--netrc-file', join(nix.directory, 'no-such-file')]);
      expect(absent.stderr).toContain('no-such-file');
      expect(absent.exitCode).toBe(5);
    } finally {
      await locked.close();
    }
  });

  it('is the same over the store itself, where derivations do not count', async () => {
    expect(await popularityFromStore(nix.env)).toEqual({ popularity: EXPECTED, counted: 5 });
  });
});
