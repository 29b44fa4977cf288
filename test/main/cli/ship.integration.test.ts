import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyCache, type TestCache } from '../../support/cache.ts';
import { repositoryRoot, strata, temporaryDirectory } from '../../support/cli.ts';
import { startRegistry, type TestRegistry } from '../../support/registry.ts';
import { whyNoStarter } from '../starter/nix.ts';

let directory: { path: string; remove: () => Promise<void> };
let cache: TestCache;
let registry: TestRegistry;

const at = (name: string) => join(directory.path, name);
const document = join(repositoryRoot, 'examples/hello.strata.json');
const run = (...args: string[]) => strata(args, { env: cache.env });

beforeAll(async () => {
  directory = await temporaryDirectory('ship');
  cache = await emptyCache();
  registry = await startRegistry();
});
afterAll(async () => {
  await registry.stop();
  await directory.remove();
  await cache.remove();
});

describe.skipIf(whyNoStarter !== undefined)('strata push and pull', () => {
  it('pushes a document; skopeo and Strata pull the same image; a second push moves nothing', async () => {
    const reference = `${registry.host}/team/hello:v1`;
    const first = await run('push', document, reference, '--source', 'starter', '--sbom', 'spdx', '--json');
    expect(first.exitCode, first.stderr).toBe(0);
    const { digest, movedBytes } = JSON.parse(first.stdout) as { digest: string; movedBytes: number };
    expect(movedBytes).toBeGreaterThan(1_000_000);

    const seen = await execa('skopeo', ['inspect', '--tls-verify=false', `docker://${reference}`]);
    expect((JSON.parse(seen.stdout) as { Digest: string }).Digest).toBe(digest);

    const second = await run('push', document, reference, '--source', 'starter', '--json');
    expect(JSON.parse(second.stdout)).toMatchObject({ digest, movedBytes: 0, changed: false });

    const pulled = await run('pull', reference, '-o', at('pulled.tar'), '--json');
    expect(JSON.parse(pulled.stdout)).toMatchObject({ manifestDigest: digest });
    expect((await run('verify', at('pulled.tar'))).exitCode).toBe(0);
    const remote = await run('verify', reference);
    expect(remote.stdout, remote.stderr).toContain(`manifest    ${digest}`);
    expect(remote.stdout).toContain('Every digest and size holds.');
    // What it was called before.
    expect(await run('inspect', reference)).toMatchObject({ exitCode: 0, stdout: remote.stdout });
  });

  it('pushes a file that another tool made', async () => {
    await run('build', document, '--source', 'starter', '-o', at('hello.tar'));
    await execa('skopeo', [
      'copy',
      '--quiet',
      `docker-archive:${at('hello.tar')}`,
      `oci-archive:${at('other.tar')}`,
    ]);
    const pushed = await run('push', at('other.tar'), `${registry.host}/team/other`);
    expect(pushed.exitCode, pushed.stderr).toBe(0);
    expect(pushed.stdout).toMatch(/team\/other@sha256:/);
  });

  it('says what is missing, before anything is built', async () => {
    expect((await run('push', document)).stderr).toContain('It is not said where to push.');
    expect((await run('push', document, 'Not A Reference')).exitCode).toBe(2);
    expect((await run('push', 'nowhere.tar', `${registry.host}/x`)).exitCode).not.toBe(0);
  });

  it('packs a layer once in a fleet', async () => {
    const repository = `${registry.host}/cache`;
    const build = (env: { STRATA_CACHE_DIR: string }, option: string) =>
      strata(
        ['build', document, '--source', 'starter', '-o', at('fleet.tar'), '--json', option, repository],
        { env },
      );
    const first = await build(cache.env, '--cache-to');
    expect(first.exitCode, first.stderr).toBe(0);
    const other = await emptyCache();
    try {
      const second = await build(other.env, '--cache-from');
      type Report = { layers: { origin: string; kind: string }[]; manifest: { digest: string } };
      const [a, b] = [JSON.parse(first.stdout) as Report, JSON.parse(second.stdout) as Report];
      expect(b.manifest.digest).toBe(a.manifest.digest);
      expect(b.layers.filter(({ kind }) => kind === 'store').every(({ origin }) => origin === 'cached')).toBe(
        true,
      );
    } finally {
      await other.remove();
    }
  });
});

describe.skipIf(whyNoStarter !== undefined)('strata open and diff', () => {
  it('shows what an image holds, of a file and of a reference alike', async () => {
    const file = await run('open', at('hello.tar'));
    expect(file.stdout).toMatch(/glibc-/);
    expect(file.stdout).toMatch(/efficiency {2}100\.0 %/);
    const remote = await run('open', `${registry.host}/team/hello:v1`, '--files');
    expect(remote.stdout).toMatch(/symlink .* \/bin\/hello -> \/nix\/store\//);
  });

  it('holds images to a budget', async () => {
    await run('build', '--packages', 'hello,jq', '--source', 'starter', '-o', at('more.tar'));
    const difference = await run('diff', at('hello.tar'), at('more.tar'), '--json');
    expect(difference.exitCode).toBe(0);
    expect(difference.stdout).toContain('"jq"');
    const broken = await run('diff', at('hello.tar'), at('more.tar'), '--max-new-bytes', '10');
    expect(broken.exitCode).toBe(1);
    expect(broken.stderr).toContain('10 B are allowed');
    await writeFile(at('rules.json'), '{"forbiddenPackages":["jq*"]}');
    expect((await run('open', at('more.tar'), '--rules', at('rules.json'))).stderr).toContain('forbids');
  });
});

describe.skipIf(whyNoStarter !== undefined)('strata build --sbom', () => {
  it('writes bills of materials beside the image', async () => {
    const args = ['--sbom', 'spdx', '--sbom', 'cyclonedx', '-o', at('bill.tar')];
    expect((await run('build', document, '--source', 'starter', ...args)).exitCode).toBe(0);
    expect(JSON.parse(await readFile(at('bill.spdx.json'), 'utf8'))).toMatchObject({
      spdxVersion: 'SPDX-2.3',
    });
    expect(JSON.parse(await readFile(at('bill.cdx.json'), 'utf8'))).toMatchObject({ bomFormat: 'CycloneDX' });
  });
});

describe.skipIf(whyNoStarter !== undefined)('strata registry', () => {
  it('builds what is pulled, and names all that it cannot have', async () => {
    const server = execa(
      process.execPath,
      [join(repositoryRoot, 'src/main/cli.ts'), 'registry', '--source', 'starter'],
      { env: { ...cache.env, NO_COLOR: '1' }, reject: false },
    );
    try {
      const address = await new Promise<string>((resolve) =>
        server.stdout.once('data', (data: Buffer) => resolve(data.toString().trim())),
      );
      const copy = (names: string) =>
        execa(
          'skopeo',
          [
            'copy',
            '--quiet',
            '--src-tls-verify=false',
            `docker://${address}/${names}`,
            `oci-archive:${at('on-pull.tar')}`,
          ],
          { reject: false },
        );
      expect(await copy('hello/jq')).toMatchObject({ exitCode: 0 });
      expect((await run('verify', at('on-pull.tar'))).exitCode).toBe(0);
      const unknown = await copy('hellp/jqq');
      expect(unknown.exitCode).not.toBe(0);
      expect(unknown.stderr).toMatch(/hellp.*jqq/s);
    } finally {
      server.kill('SIGINT');
      expect((await server).exitCode).toBe(0);
    }
  });
});
