import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageClosures } from '../../../src/main/catalog/package-closures.ts';
import { composeSelection } from '../../../src/main/nix/compose-selection.ts';
import { openSource } from '../../../src/main/nix/open-source.ts';
import { downloadBytesOf, narBytesOf } from '../../../src/shared/contract/package-closures.ts';
import { type FileServer, fileServer } from '../nix/support/file-server.ts';
import { FIXTURE_SET, type IsolatedNix, isolatedNix } from '../nix/support/isolated-nix.ts';

/** `world` needs `hello`, which needs `libc`; `large` is 3 MB of its own. */
const request = {
  source: { type: 'path', path: FIXTURE_SET },
  importArguments: {},
  nix: { options: [] },
} as const;

let nix: IsolatedNix;
let server: FileServer;
/** Store paths of the closures, as they were built. */
const closures = new Map<string, readonly string[]>();

async function built(...packages: string[]): Promise<readonly string[]> {
  const { graph } = await composeSelection(
    { ...request, packages, defaults: { cacert: false, ianaEtc: false } },
    { cacheDirectory: nix.cacheDirectory, env: nix.env },
  );
  return graph.paths;
}

/** Nothing is built or known any more; store paths keep their names. */
async function forget(): Promise<void> {
  for (const name of ['store', 'var', 'cache/gcroots', 'home/.cache']) {
    const directory = join(nix.directory, name);
    if (!existsSync(directory)) continue;
    await execa('chmod', ['-R', 'u+w', directory]);
    await rm(directory, { recursive: true });
  }
}

/** What each brings along, as numbers. */
async function costs(
  names: readonly string[],
  substituters: readonly string[] = [],
  defaults: string[] = [],
) {
  const source = await openSource(request, { cacheDirectory: nix.cacheDirectory, env: nix.env });
  const closures = await packageClosures(source, { names, defaults, importArguments: {}, substituters });
  return closures.map((closure) => {
    if (!closure.known) return closure;
    const { paths, ...rest } = closure;
    const [bytes, download] = [narBytesOf(paths.values()), downloadBytesOf(paths.values())];
    return { ...rest, paths: [...paths.keys()].toSorted(), bytes, download };
  });
}

beforeAll(async () => {
  nix = await isolatedNix();
  for (const name of ['world', 'hello', 'large']) closures.set(name, await built(name));
  const cache = join(nix.directory, 'binary-cache');
  const config = `${nix.env.NIX_CONFIG}\nbuild-users-group =\nextra-experimental-features = nix-command`;
  await execa('nix', ['copy', '--to', `file://${cache}`, ...new Set([...closures.values()].flat())], {
    env: { ...nix.env, NIX_CONFIG: config },
    extendEnv: false,
  });
  server = await fileServer(cache);
});
afterAll(async () => {
  await server.close();
  await nix.remove();
});

describe('what a package brings along', () => {
  test('is known from the local store, several at once, each as it was built', async () => {
    const [world, large] = await costs(['world', 'large']);
    expect(world).toMatchObject({
      known: true,
      attribute: 'world',
      paths: closures.get('world'),
      from: 'store',
    });
    expect(large).toMatchObject({ known: true, paths: closures.get('large'), download: 0 });
    expect(large?.known && large.bytes).toBeGreaterThan(3_000_000);
  });

  test('of a default that the source does not have is nothing, of a name asked for it is said', async () => {
    const [asked, byDefault, known] = await costs(['cacert'], [], ['iana-etc', 'hello']);
    expect(asked?.known).toBe(false);
    expect(byDefault).toMatchObject({ known: true, paths: [], bytes: 0 });
    expect(known).toMatchObject({ known: true, paths: closures.get('hello') });
  });

  describe('where nothing is built', () => {
    beforeAll(forget);

    test('is asked of a substituter, without fetching anything', async () => {
      const [world, large] = await costs(['world', 'large'], [server.url]);
      expect(world).toMatchObject({ known: true, paths: closures.get('world'), from: server.url });
      expect(large).toMatchObject({ known: true, paths: closures.get('large'), from: server.url });
      if (!large?.known) throw new Error('unknown');
      expect(large.bytes).toBeGreaterThan(3_000_000);
      // Three megabytes of zeros are next to nothing once compressed.
      expect(large.download).toBeGreaterThan(0);
      expect(large.download).toBeLessThan(100_000);
      expect(server.requests.some((path) => path.endsWith('.narinfo'))).toBe(true);
      expect(server.requests.filter((path) => path.startsWith('/nar/'))).toEqual([]);
      for (const path of closures.get('large') ?? []) expect(existsSync(path)).toBe(false);
    });

    test('counts no download for what is here already', async () => {
      const [before] = await costs(['world'], [server.url]);
      await built('hello');
      const [after] = await costs(['world'], [server.url]);
      if (!before?.known || !after?.known) throw new Error('unknown');
      expect(after.bytes).toBe(before.bytes);
      expect(after.download).toBeLessThan(before.download ?? 0);
      await forget();
    });

    test('is asked of the next substituter where one does not answer', async () => {
      const [world] = await costs(['world'], ['http://127.0.0.1:9', server.url]);
      expect(world).toMatchObject({ known: true, from: server.url });
    });

    test('is not known where no substituter has it, nor for what is no package; and says why', async () => {
      const answers = await costs(
        ['tool', 'world', 'no-such-thing', 'pythonPackages', 'throws'],
        [server.url],
      );
      expect(answers.map(({ known }) => known)).toEqual([false, true, false, false, false]);
      const reasons = answers.map((answer) => (answer.known ? '' : answer.reason));
      expect(reasons[0]).toContain(server.url);
      expect(reasons[2]).toContain('no-such-thing is not in the package set');
      expect(reasons[3]).toContain('is a set of packages');
      expect(reasons[4]).toContain('throws');
    });
  });
});
