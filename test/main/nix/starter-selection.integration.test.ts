import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storePathName } from '../../../src/engine/graph/closure-graph.ts';
import { readPathInfo } from '../../../src/engine/graph/path-info.ts';
import { composeSelection } from '../../../src/main/nix/compose-selection.ts';
import { dropGcRoot } from '../../../src/main/nix/gc-roots.ts';
import { pathInfoJson } from '../../../src/main/nix/path-info.ts';
import { emptyCache, type TestCache } from '../../support/cache.ts';
import { runOfStore } from '../starter/image-root.ts';
import { whyNoStarter } from '../starter/nix.ts';
import { isolatedNix } from './support/isolated-nix.ts';

let cache: TestCache;
const roots = new Set<string>();
beforeAll(async () => {
  cache = await emptyCache();
});
afterAll(async () => {
  for (const root of roots) await dropGcRoot(cache.path, root.slice(root.lastIndexOf('/') + 1));
  await cache.remove();
});

async function compose(packages: readonly string[], importArguments = {}) {
  const composed = await composeSelection(
    {
      source: { type: 'starter' },
      importArguments,
      packages,
      defaults: { cacert: true, ianaEtc: true },
      nix: { options: [] },
    },
    { cacheDirectory: cache.path },
  );
  roots.add(composed.sources[0].gcRoot);
  return composed;
}

describe('the starter set', () => {
  test('gives real programs in the manner of nixpkgs', async ({ skip }) => {
    if (whyNoStarter !== undefined) skip(whyNoStarter);
    const {
      packages,
      graph,
      sources: [{ source }],
      nix,
    } = await compose(['shell', 'curl', 'python3packages.requests', 'openssl.bin']);
    expect(source.type).toBe('starter');
    expect(packages.map(({ attribute }) => attribute)).toEqual([
      'bashInteractive',
      'coreutils',
      'moreutils',
      'nano',
      'curl',
      'python3Packages.requests',
      'openssl',
      'cacert',
      'iana-etc',
    ]);
    const curl = packages.find(({ attribute }) => attribute === 'curl');
    expect(await runOfStore(`${curl?.storePath}`, ['curl', '--version'])).toMatch(/^curl \d/);

    const roots = packages.map(({ storePath }) => storePath);
    const told = readPathInfo(await pathInfoJson(roots, { env: process.env, settings: nix.settings }), {
      roots,
    });
    expect({ ...graph, narHashes: [] }).toEqual({ ...told, narHashes: [] });
  });

  test('reads its Debian packages itself: the users that Nix builds as may not look into a home directory', async () => {
    const nix = await isolatedNix();
    const built: string[] = [];
    try {
      await composeSelection(
        {
          source: { type: 'starter' },
          importArguments: {},
          packages: ['hello'],
          defaults: { cacert: false, ianaEtc: false },
          nix: { options: [] },
        },
        {
          cacheDirectory: cache.path,
          env: nix.env,
          onEvent: (event) => {
            if (event.type === 'build-started') built.push(storePathName(event.derivation));
          },
        },
      );
      expect(built.some((name) => name.startsWith('hello-'))).toBe(true);
      expect(built.filter((name) => name.endsWith('.deb.drv'))).toEqual([]);
    } finally {
      await nix.remove();
    }
  });

  test('is refused, fails and is unknown as nixpkgs is', async ({ skip }) => {
    if (whyNoStarter !== undefined) skip(whyNoStarter);
    const names = ['unfree', 'broken', 'insecure', 'unsupported'].map((kind) => `testing.${kind}-hello`);
    await expect(compose([...names, 'crl', 'testing.evaluation-failure'])).rejects.toMatchObject({
      code: 'unfree-package',
      details: {
        problems: [
          { code: 'unfree-package' },
          { code: 'broken-package' },
          { code: 'insecure-package' },
          { code: 'unsupported-system' },
          { code: 'unknown-package', nearest: ['curl'] },
          { code: 'evaluation-failed' },
        ],
      },
    });
    await expect(compose(['testing.build-failure'])).rejects.toMatchObject({
      code: 'build-failed',
      log: expect.stringContaining('this package always fails'),
    });
    const allowed = await compose(['testing.unfree-hello'], { config: { allowUnfree: true } });
    expect(allowed.packages[0]?.name).toBe('unfree-hello-1.0');
  });

  test('is for this machine only', async ({ skip }) => {
    if (whyNoStarter !== undefined) skip(whyNoStarter);
    await expect(compose(['arm64', 'mips', 'bash'])).rejects.toMatchObject({ code: 'unsupported-system' });
  });
});
