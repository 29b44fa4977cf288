import { existsSync } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemAt } from '../../../src/engine/graph/item-at.ts';
import { emptyCache, type TestCache } from '../../support/cache.ts';
import { repositoryRoot, strata, temporaryDirectory } from '../../support/cli.ts';
import { FIXTURE_SET, isolatedNix } from '../nix/support/isolated-nix.ts';
import { processesWith } from '../nix/support/processes.ts';
import { runInRoot, whyNoImageRoots } from '../starter/image-root.ts';
import { whyNoStarter } from '../starter/nix.ts';

const PACKAGES = [
  'bash',
  'coreutils',
  'curl',
  'git',
  'python3',
  'python3Packages.requests',
  'nginx',
  'redis',
];
/** For what does not depend on how large an image is. */
const FEW = ['bash', 'coreutils', 'curl'];

interface Report {
  readonly manifest: { readonly digest: string };
  readonly layers: readonly {
    readonly origin: string;
    readonly digest: string;
    readonly paths: readonly string[];
  }[];
  readonly source: { readonly type: string };
  readonly closure: { readonly paths: number };
}

let directory: { path: string; remove: () => Promise<void> };
let cache: TestCache;
/** Of PACKAGES, at image.tar, and of FEW, at few.tar. */
let first: Report;
let few: Report;

const at = (name: string) => join(directory.path, name);

async function build(
  packages: readonly string[],
  output: string,
  { args = [], env = cache.env }: { args?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): Promise<Report> {
  const result = await strata(
    ['build', '--source', 'starter', '--packages', packages.join(','), '-o', output, '--json', ...args],
    { env },
  );
  expect(result.stderr).not.toContain('error:');
  expect(result.exitCode).toBe(0);
  return JSON.parse(result.stdout) as Report;
}

/** Runs a program of an unpacked image, with nothing of this machine's environment. @returns what it says */
async function inImage(bundle: string, argv: readonly string[]): Promise<string> {
  const env = { HOME: '/root', SSL_CERT_FILE: '/etc/ssl/certs/ca-bundle.crt' };
  const { exitCode, output } = await runInRoot(join(bundle, 'rootfs'), argv, env);
  expect(exitCode, output).toBe(0);
  return output;
}

beforeAll(async () => {
  directory = await temporaryDirectory('build');
  cache = await emptyCache();
  if (whyNoStarter !== undefined) return;
  first = await build(PACKAGES, at('image.tar'));
  few = await build(FEW, at('few.tar'));
});
afterAll(async () => {
  // What was unpacked belongs to whoever runs this, and is read-only as in a store.
  await execa('chmod', ['-R', 'u+w', directory.path]);
  await directory.remove();
  await cache.remove();
});

describe.skipIf(whyNoStarter !== undefined)('an image of real packages', () => {
  it('comes from the starter set, one layer at least for what is shared most', () => {
    expect(first.source.type).toBe('starter');
    expect(first.closure.paths).toBeGreaterThan(60);
    expect(first.layers.length).toBeGreaterThan(8);
    expect(first.layers.flatMap(({ paths }) => paths).join()).toContain('-glibc-');
  });

  it.each(['oci', 'docker-archive', 'oci-dir'])('is accepted by skopeo as %s', async (format) => {
    const output = at(`image-${format}`);
    const report = await build(FEW, output, { args: ['--format', format] });
    const transport = { oci: 'oci-archive', 'docker-archive': 'docker-archive', 'oci-dir': 'oci' }[format];
    const reference = `${transport}:${output}`;
    const { stdout } = await execa('skopeo', ['inspect', reference]);
    expect(JSON.parse(stdout)).toMatchObject({ Architecture: 'amd64', Os: 'linux' });
    await execa('skopeo', ['copy', '--quiet', reference, `oci:${at(`copy-${format}`)}:latest`]);
    expect(report.manifest.digest).toBe(few.manifest.digest);
    expect((await strata(['verify', output])).exitCode).toBe(0);
  });

  it('is a docker-archive too when it is an OCI tar', async () => {
    const { stdout } = await execa('skopeo', ['inspect', `docker-archive:${at('image.tar')}`]);
    expect(JSON.parse(stdout)).toMatchObject({ Architecture: 'amd64' });
  });

  it('runs its programs, unpacked by umoci, in a chroot', async ({ skip }) => {
    const reason = await whyNoImageRoots();
    if (reason) skip(reason);
    await execa('skopeo', [
      'copy',
      '--quiet',
      `oci-archive:${at('image.tar')}`,
      `oci:${at('unpack')}:latest`,
    ]);
    const rootless = process.getuid?.() === 0 ? [] : ['--rootless'];
    await execa('umoci', ['unpack', ...rootless, '--image', `${at('unpack')}:latest`, at('bundle')]);
    // A container engine brings these.
    for (const name of ['dev', 'proc']) await mkdir(join(at('bundle'), 'rootfs', name), { recursive: true });
    const run = (...command: string[]) => inImage(at('bundle'), command);
    expect(await run('/bin/curl', '--version')).toMatch(/^curl \d/);
    expect(await run('/bin/git', '--version')).toMatch(/^git version \d/);
    expect(await run('/bin/python3', '-c', 'import requests, ssl; print(requests.get.__name__)')).toBe('get');
    expect(await run('/bin/redis-server', '--version')).toMatch(/^Redis server/);
    expect(await run('/bin/bash', '-c', 'nginx -v 2>&1')).toMatch(/^nginx version/);
    expect(await run('/bin/sh', '-c', 'ls -d /tmp && whoami')).toBe('/tmp\nroot');
  });

  it('has the same bytes with an empty cache and the packages in another order', async () => {
    const other = await emptyCache();
    try {
      const second = await build(PACKAGES.toReversed(), at('second.tar'), { env: other.env });
      expect(second.layers.every(({ origin }) => origin === 'packed')).toBe(true);
      expect(second.manifest.digest).toBe(first.manifest.digest);
      expect(await execa('cmp', [at('image.tar'), at('second.tar')], { reject: false })).toMatchObject({
        exitCode: 0,
      });
    } finally {
      await other.remove();
    }
  });

  it('packs nothing twice, and where one leaf is added only what it changes', async () => {
    const again = await build(FEW, at('again.tar'));
    expect(again.layers.every(({ origin }) => origin === 'cached')).toBe(true);
    // A strategy that leaves other layers as they are when a leaf comes to them.
    const nixery = { args: ['--strategy', 'nixery'] };
    await build(FEW, at('before.tar'), nixery);
    const more = await build([...FEW, 'hello'], at('more.tar'), nixery);
    const packed = more.layers.filter(({ origin }) => origin !== 'cached');
    expect(packed.flatMap(({ paths }) => paths).every((path) => path.includes('hello'))).toBe(true);
    expect(packed.length).toBeLessThanOrEqual(2);
  });

  it.each([1, 2, 20, 94, 123])('keeps to a budget of %i', async (budget) => {
    // What takes time is compression, and each budget would compress everything anew.
    const args = ['--budget', String(budget), '--compression', 'none'];
    const report = await build(FEW, at('budget.tar'), { args });
    expect(report.layers.length).toBeLessThanOrEqual(budget + 1);
    const paths = report.layers.flatMap((layer) => layer.paths);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths.length).toBe(few.closure.paths);
    await execa('skopeo', ['inspect', `oci-archive:${at('budget.tar')}`]);
  });

  it('finds a damaged byte, and repairs a damaged blob of the cache', async () => {
    await copyFile(at('few.tar'), at('damaged.tar'));
    await flipByte(at('damaged.tar'), (await stat(at('damaged.tar'))).size >> 1);
    const report = await strata(['verify', at('damaged.tar')]);
    expect(report.exitCode).toBe(1);
    expect(report.stdout).toContain('digest-mismatch');

    const blobs = join(cache.path, 'blobs/blobs/sha256');
    const digest = itemAt(few.layers, 0).digest.slice('sha256:'.length);
    await flipByte(join(blobs, digest), 1000);
    const repaired = await build(FEW, at('repaired.tar'));
    expect(repaired.layers[0]?.origin).toBe('repaired');
    expect(repaired.manifest.digest).toBe(few.manifest.digest);
    expect((await strata(['verify', at('repaired.tar')])).exitCode).toBe(0);
  });
});

describe.skipIf(whyNoStarter !== undefined)('what goes wrong', () => {
  it('is said in one error with all unknown names, and nothing is written', async () => {
    const result = await strata(
      ['build', '--source', 'starter', '--packages', 'bash,hellp,gitt', '-o', at('none.tar')],
      { env: cache.env },
    );
    expect(result.exitCode).toBe(3);
    expect(result.stderr).toMatch(/hellp .*Did you mean hello/s);
    expect(result.stderr).toMatch(/gitt .*Did you mean git/s);
    expect(result.stderr).not.toMatch(/^\s+at /m);
    expect(existsSync(at('none.tar'))).toBe(false);
  });

  it('is an unknown field of a document, by name and place', async () => {
    await writeFile(at('bad.strata.json'), '{"version":1,"layering":{"bugdet":3}}');
    const result = await strata(['build', at('bad.strata.json'), '-o', at('none.tar')]);
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toContain('unknown field "bugdet" in layering');
  });

  it('is a failed build, with the end of its log', async () => {
    const result = await strata(
      ['build', '--source', 'starter', '--packages', 'testing.build-failure', '-o', at('none.tar')],
      { env: cache.env },
    );
    expect(result.exitCode).toBe(4);
    expect(result.stderr).toContain('│ ');
    expect(existsSync(at('none.tar'))).toBe(false);
  });

  it('is a kill -9 in the middle of packing: the next build is right', async () => {
    const other = await emptyCache();
    try {
      const args = ['build', '--source', 'starter', '--packages', PACKAGES.join(), '-o', at('killed.tar')];
      const victim = execa(process.execPath, [join(repositoryRoot, 'src/main/cli.ts'), ...args], {
        env: { ...other.env, NO_COLOR: '1' },
        reject: false,
      });
      await packingBegins(other.path, () => victim.nodeChildProcess.exitCode === null);
      victim.kill('SIGKILL');
      await victim;
      expect(existsSync(at('killed.tar'))).toBe(false);
      expect((await readdir(directory.path)).filter((name) => name.includes('killed'))).toEqual([]);

      const report = await build(PACKAGES, at('killed.tar'), { env: other.env });
      expect(report.manifest.digest).toBe(first.manifest.digest);
      expect((await strata(['verify', at('killed.tar')])).exitCode).toBe(0);
      expect(await readdir(join(other.path, 'blobs/sessions'))).toEqual([]);
    } finally {
      await other.remove();
    }
  });

  it('is Ctrl-C: exit code 130, no process and no half-written file left', async () => {
    // A store of its own: in that of the machine, somebody else may have let the slow package be built.
    const nix = await isolatedNix();
    try {
      const args = [
        'build',
        '--source',
        `path:${FIXTURE_SET}`,
        '--packages',
        'slow',
        '-o',
        at('cancelled.tar'),
      ];
      const victim = execa(process.execPath, [join(repositoryRoot, 'src/main/cli.ts'), ...args], {
        env: { ...nix.env, STRATA_CACHE_DIR: nix.cacheDirectory, NO_COLOR: '1' },
        reject: false,
      });
      let said = '';
      let cancelled = false;
      for await (const line of victim.iterable({ from: 'stderr', preserveNewlines: true })) {
        said += line;
        if (!said.includes('building slow')) continue;
        if (!cancelled) victim.kill('SIGINT');
        cancelled = true;
      }
      expect(said).toContain('building slow');
      expect((await victim).exitCode).toBe(130);
      expect(existsSync(at('cancelled.tar'))).toBe(false);
      expect(processesWith(nix.directory)).toEqual([]);
    } finally {
      await nix.remove();
    }
  });

  it('is a full disk: a clear error, nothing half-written, and a later build is right', async ({ skip }) => {
    const small = at('small');
    await mkdir(small);
    const mounted = await execa('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', small], {
      reject: false,
    });
    if (mounted.exitCode !== 0) {
      skip(`A small file system cannot be mounted here: ${mounted.stderr}`);
    }
    try {
      const other = await emptyCache(small);
      const packing = await strata(
        ['build', '--source', 'starter', '--packages', PACKAGES.join(), '-o', at('full.tar')],
        { env: other.env },
      );
      expect(packing.exitCode).toBe(5);
      expect(packing.stderr).toMatch(/error: There is no room left/);
      expect(existsSync(at('full.tar'))).toBe(false);
      await other.remove();

      const writing = await strata(
        ['build', '--source', 'starter', '--packages', PACKAGES.join(), '-o', join(small, 'full.tar')],
        { env: cache.env },
      );
      expect(writing.exitCode).toBe(5);
      expect(await readdir(small)).toEqual([]);

      const report = await build(['hello'], join(small, 'hello.tar'));
      expect(report.layers.length).toBeGreaterThan(1);
      expect((await strata(['verify', join(small, 'hello.tar')])).exitCode).toBe(0);
    } finally {
      await execa('umount', [small]);
    }
  });
});

describe.skipIf(whyNoStarter !== undefined)('documents', () => {
  it('are built from any directory, and their configuration is the image’s', async () => {
    const result = await strata(
      ['build', join(repositoryRoot, 'examples/hello.strata.json'), '--source', 'starter', '-o', 'out.tar'],
      { cwd: directory.path, env: cache.env },
    );
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toMatch(/glibc/);
    const { stdout } = await execa('skopeo', ['inspect', '--config', `oci-archive:${at('out.tar')}`]);
    expect(JSON.parse(stdout)).toMatchObject({ config: { Cmd: ['hello'] }, created: '1970-01-01T00:00:01Z' });
  });

  it('go down a pipe', async () => {
    const piped = await execa({
      shell: true,
      env: { ...cache.env, NO_COLOR: '1' },
    })`${process.execPath} ${join(repositoryRoot, 'src/main/cli.ts')} build --source starter --packages hello -o - > ${at('piped.tar')}`;
    expect(piped.exitCode).toBe(0);
    await build(['hello'], at('filed.tar'));
    expect(await readFile(at('piped.tar'))).toEqual(await readFile(at('filed.tar')));
  });
});

/** Waits until a blob store holds its first blob, while others are being packed. */
async function packingBegins(cacheDirectory: string, isRunning: () => boolean): Promise<void> {
  const blobs = join(cacheDirectory, 'blobs/blobs/sha256');
  while (isRunning()) {
    if (existsSync(blobs) && (await readdir(blobs)).length > 0) return;
    await sleep(20);
  }
  throw new Error('The build ended before a layer was packed.');
}

async function flipByte(file: string, offset: number): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    const byte = Buffer.alloc(1);
    await handle.read(byte, 0, 1, offset);
    byte.writeUInt8(byte.readUInt8() ^ 0xff);
    await handle.write(byte, 0, 1, offset);
  } finally {
    await handle.close();
  }
}
