import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemAt } from '../../../src/engine/graph/item-at.ts';
import { emptyCache, type TestCache } from '../../support/cache.ts';
import { type CliResult, strata, temporaryDirectory } from '../../support/cli.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { startRegistry, type TestRegistry } from '../../support/registry.ts';

/**
 * Real images of the starter set: `web` is built when `tools` exists already; both hold bash and curl. With fewer layers
 * to spend, `tools` has some that `web` would not come to by itself.
 */
const TOOLS = {
  version: 1,
  name: 'tools',
  source: { type: 'starter' },
  packages: ['bash', 'curl', 'jq'],
  layering: { budget: 12 },
};
const WEB = {
  version: 1,
  name: 'web',
  source: { type: 'starter' },
  packages: ['bash', 'curl', 'nginx'],
  layering: { budget: 20 },
};

let directory: { path: string; remove: () => Promise<void> };
let cache: TestCache;
let registry: TestRegistry;

const at = (name: string) => join(directory.path, name);
const run = (...args: string[]) => strata(args, { env: { ...cache.env, STRATA_DATA_DIR: at('data') } });

beforeAll(async () => {
  directory = await temporaryDirectory('known');
  cache = await emptyCache();
  registry = await startRegistry();
  await mkdir(at('images'));
  await writeFile(at('images/tools.strata.json'), JSON.stringify(TOOLS));
  await writeFile(at('images/web.strata.json'), JSON.stringify(WEB));
  good(await run('build', at('images/tools.strata.json'), '-o', at('tools.tar')));
  good(await run('push', at('tools.tar'), `${registry.host}/team/tools:v1`));
});
afterAll(async () => {
  await registry.stop();
  await directory.remove();
  await cache.remove();
});

function good(result: CliResult): CliResult {
  expect(result.exitCode, result.stderr).toBe(0);
  return result;
}

/** Digests of the layers of an archive, as another tool reads them. */
async function digestsOf(archive: string): Promise<readonly string[]> {
  const { stdout } = await execa('skopeo', ['inspect', '--raw', `oci-archive:${archive}`]);
  return (JSON.parse(stdout) as { layers: { digest: string }[] }).layers.map(({ digest }) => digest);
}

async function planned(
  known: string,
): Promise<{ readonly layers: readonly unknown[]; readonly notes: string }> {
  const result = good(await run('plan', at('images/web.strata.json'), '--known', known, '--json'));
  return { ...(JSON.parse(result.stdout) as { layers: unknown[] }), notes: result.stderr };
}

const contentsOf = (layers: readonly unknown[]) =>
  layers.map((layer) => (layer as { contents: readonly string[] }).contents);

describe('an image that exists', () => {
  it('gives its layers, with the same digests in the archive, from a file or a registry', async () => {
    const existing = new Set(await digestsOf(at('tools.tar')));
    const digests: (readonly string[])[] = [];
    for (const known of [at('tools.tar'), `${registry.host}/team/tools:v1`]) {
      const built = good(
        await run('build', at('images/web.strata.json'), '--known', known, '-o', at('web.tar'), '--json'),
      );
      const report = JSON.parse(built.stdout) as {
        layers: { digest: string; known: { image: string; digest: string }[] }[];
      };
      const taken = report.layers.filter((layer) => layer.known.length > 0);
      expect(taken.length).toBeGreaterThan(8);
      for (const layer of taken) expect(layer.known).toMatchObject([{ image: known, digest: layer.digest }]);

      const archived = await digestsOf(at('web.tar'));
      expect(archived.filter((digest) => existing.has(digest))).toHaveLength(taken.length);
      // All but the root layer.
      const storeLayers = report.layers.length - 1;
      expect(built.stderr).toMatch(
        new RegExp(
          `${taken.length} of ${storeLayers} layers, [\\d.]+ MB of [\\d.]+ MB compressed, are blobs of known images`,
        ),
      );
      digests.push(archived);
    }
    expect(digests[1]).toEqual(digests[0]);

    good(await run('build', at('images/web.strata.json'), '-o', at('alone.tar')));
    const alone = (await digestsOf(at('alone.tar'))).filter((digest) => existing.has(digest));
    expect(itemAt(digests, 0).filter((digest) => existing.has(digest)).length).toBeGreaterThan(alone.length);
  });

  it('lets a push link its blobs, even from a machine that never pushed it', async () => {
    const other = await emptyCache();
    try {
      const args = ['--known', `${registry.host}/team/tools:v1`, '--json'];
      const pushed = await strata(
        ['push', at('images/web.strata.json'), `${registry.host}/team/web:v1`, ...args],
        { env: { ...other.env, STRATA_DATA_DIR: at('data') } },
      );
      const { blobs } = JSON.parse(good(pushed).stdout) as { blobs: { digest: string; outcome: string }[] };
      const existing = await digestsOf(at('tools.tar'));
      const shared = blobs.filter(({ digest }) => existing.includes(digest));

      expect(shared.length).toBeGreaterThan(8);
      expect(shared.every(({ outcome }) => outcome === 'mounted')).toBe(true);
    } finally {
      await other.remove();
    }
  });

  it('is read in every form that tools keep it in, to the same plan', async () => {
    for (const copy of ['docker-archive:docker.tar:tools:v1', 'oci:layout:tools']) {
      await execa('skopeo', ['copy', '-q', `oci-archive:${at('tools.tar')}`, copy], { cwd: directory.path });
    }
    good(
      await run('build', at('images/tools.strata.json'), '--format', 'docker-archive', '-o', at('old.tar')),
    );
    const { layers, notes } = await planned(at('tools.tar'));

    expect(notes).toMatch(/\d+ of \d+ layers, [\d.]+ MB of [\d.]+ MB, exist in known images already/);
    for (const copy of ['docker.tar', 'layout', 'old.tar']) {
      expect(contentsOf((await planned(at(copy))).layers), copy).toEqual(contentsOf(layers));
    }
  });

  it('is of no use where another program packed it, which is said', async () => {
    const [root] = contentsOf((await planned(at('tools.tar'))).layers).flat();
    await mkdir(at('root/nix/store'), { recursive: true });
    await execa('cp', ['-r', root ?? '', at('root/nix/store/')]);
    await execa('umoci', ['init', '--layout', at('foreign')]);
    await execa('umoci', ['new', '--image', `${at('foreign')}:v1`]);
    await execa('umoci', ['insert', '--image', `${at('foreign')}:v1`, at('root/nix'), '/nix']);

    const { notes } = await planned(at('foreign'));
    expect(notes).toContain(`No layer of ${at('foreign')} is taken over: another program packed it`);
  });

  it('says that blobs differ where it was compressed otherwise', async () => {
    const web = at('images/web.strata.json');
    const built = good(
      await run('build', web, '--known', at('tools.tar'), '--compression', 'zstd', '-o', at('zstd.tar')),
    );

    expect(built.stderr).toMatch(/have the contents of known layers and are compressed otherwise there/);
    expect(built.stderr).not.toContain('are blobs of known images');
  });
});

describe('an image that is planned', () => {
  it('comes to the same layers from its document, whichever of the two is built', async () => {
    const [tools, web] = ['tools', 'web'].map((name) => at(`images/${name}.strata.json`)) as [string, string];
    const first = good(await run('build', tools, '--known', web, '-o', at('tools-along.tar')));
    const second = good(await run('build', web, '--known', tools, '-o', at('web-along.tar')));
    const ofTools = await digestsOf(at('tools-along.tar'));
    const shared = (await digestsOf(at('web-along.tar'))).filter((digest) => ofTools.includes(digest));

    const [, said] = /(\d+) of \d+ layers, .* come out the same/.exec(second.stderr) ?? [];
    expect(Number(said)).toBeGreaterThan(8);
    expect(shared).toHaveLength(Number(said));
    expect(first.stderr).toContain(`${said} of `);
  });

  it('has the layers that `plan-set` shows, from a directory of documents or from its plan', async () => {
    const set = good(await run('plan-set', at('images'), '--out', at('set.json'), '--json'));
    const { layers, images } = JSON.parse(set.stdout) as {
      layers: { contents: string[] }[];
      images: { name: string; layers: number[]; budget: number }[];
    };
    expect(images.map(({ budget }) => budget)).toEqual([12, 20]);
    const ofWeb = images[1]?.layers.map((number) => layers[number]?.contents);

    expect(contentsOf((await planned(at('images'))).layers)).toEqual(ofWeb);
    const fromPlan = contentsOf((await planned(at('set.json'))).layers).map((contents) => contents.join());
    expect(fromPlan.toSorted()).toEqual(ofWeb?.map((contents) => contents?.join()).toSorted());
  });
});

describe('a known image that cannot be read', () => {
  const fails = async (known: string, ...more: string[]) => {
    const result = await run('plan', at('images/web.strata.json'), '--known', known, ...more);
    expect(result.exitCode).toBeGreaterThan(0);
    expect(result.stderr.match(/^error: /gm)).toHaveLength(1);
    // It is read first: nothing has been composed when it fails.
    expect(result.stderr).not.toContain('Reading the closure graph');
    return result;
  };

  it('is named in one error, before anything is built', async () => {
    await writeFile(at('broken.tar'), await readFile(at('tools.tar')));
    await truncate(at('broken.tar'), 300_000);
    await writeFile(at('other.json'), '{"some": "thing"}');

    expect((await fails(at('broken.tar'))).stderr).toMatch(/broken\.tar is damaged: it ends in the middle/);
    expect((await fails(at('none.tar'))).stderr).toMatch(/none\.tar: it does not exist/);
    expect((await fails(at('none.strata.json'))).stderr).toContain('none.strata.json');
    expect((await fails(at('other.json'))).stderr).toMatch(
      /other\.json is neither a closure graph nor a plan/,
    );
    expect((await fails(`${registry.host}/team/none:v1`)).stderr).toContain(
      'does not have the image team/none:v1',
    );
    expect((await fails('127.0.0.1:1/team/tools')).exitCode).toBe(6);
  });

  it('may ask for credentials that nobody gave', async () => {
    const closed = await startRegistry({ basic: { username: 'someone', password: 'pass-of-someone' } });
    try {
      const refused = await fails(`${closed.host}/team/tools:v1`);
      expect(refused.exitCode).toBe(6);
      expect(refused.stderr).toMatch(/hint: .*login/);
      expect(refused.stderr).not.toContain('pass-of-someone');
    } finally {
      await closed.stop();
    }
  });

  it('may be left off while it is read', async () => {
    const slow = await startFaultProxy(registry.host, {
      fault: ({ path }) => (path.includes('/blobs/') ? { type: 'silence' } : undefined),
    });
    const other = await emptyCache();
    const controller = new AbortController();
    try {
      const args = ['plan', at('images/web.strata.json'), '--known', `${slow.host}/team/tools:v1`];
      const running = strata(args, { env: other.env, signal: controller.signal });
      const isAsked = () => slow.seen.some(({ path }) => path.includes('/blobs/'));
      await expect.poll(isAsked, { timeout: 60_000 }).toBe(true);
      controller.abort();
      expect(await running).toMatchObject({ exitCode: 130, stdout: '' });
    } finally {
      await slow.stop();
      await other.remove();
    }
  });
});
