import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { downloadDebs } from '../../../src/main/starter/apt/download.ts';
import { unitsFor } from '../../../src/main/starter/attributes.ts';
import { type Deb, debsetSchema } from '../../../src/main/starter/debset.ts';
import {
  prepareStarter,
  type StarterProgress,
  starterCatalog,
  starterPopularity,
} from '../../../src/main/starter/prepare.ts';
import { Cancelled, StrataError } from '../../../src/shared/errors.ts';

/**
 * Real apt, with a cache directory of its own for each test. What is not about making the set's description, which takes
 * seconds, takes it from where it was made once.
 */
const hasApt = !(await execa('apt-get', ['--version'], { reject: false })).failed;
if (!hasApt) console.warn('Skipped: this machine has no apt.');

let made: string;
let cache: string;
beforeAll(async () => {
  made = await mkdtemp(join(tmpdir(), 'strata-starter-made-'));
});
afterAll(() => rm(made, { recursive: true }));
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'strata-starter-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

async function downloaded(): Promise<string[]> {
  return (await readdir(join(cache, 'starter', 'debs')).catch(() => [])).sort();
}

async function debsOf(attributes: readonly string[]): Promise<Deb[]> {
  const { arguments: files } = await prepareStarter([], { cache: made });
  const debset = debsetSchema.parse(JSON.parse(await readFile(files.debset, 'utf8')));
  return unitsFor(debset, attributes).flatMap(
    (unit) => debset.units[unit]?.outputs.flatMap(({ debs }) => debs) ?? [],
  );
}

/** Makes apt see what the given configuration says. */
async function configureApt(lines: readonly string[]): Promise<void> {
  const file = join(cache, 'apt.conf');
  await writeFile(file, lines.map((line) => `${line};\n`).join(''));
  vi.stubEnv('APT_CONFIG', file);
}

describe.skipIf(!hasApt)('prepareStarter', () => {
  it('downloads what the attributes need, once, and each file as its hash says', async () => {
    const progress: StarterProgress[] = [];
    const prepared = await prepareStarter(['curl'], { cache, onProgress: (event) => progress.push(event) });

    const expected = (await debsOf(['curl'])).map(({ sha256 }) => `${sha256}.deb`);
    expect(await downloaded()).toEqual(expected.sort());
    for (const file of expected) {
      const bytes = await readFile(join(prepared.arguments.debDir, file));
      expect(`${createHash('sha256').update(bytes).digest('hex')}.deb`).toBe(file);
    }
    expect(progress[0]).toEqual({ phase: 'generate' });

    progress.length = 0;
    expect(await prepareStarter(['curl'], { cache, onProgress: (event) => progress.push(event) })).toEqual(
      prepared,
    );
    expect(progress).toEqual([]);
  });

  it('downloads nothing for an evaluation, and writes the same bytes for the same lists', async () => {
    const [one, two] = [await prepareStarter([], { cache }), await prepareStarter([], { cache: made })];

    expect(await downloaded()).toEqual([]);
    expect(one.arguments.debset.startsWith(cache)).toBe(true);
    expect(two.revision).toBe(one.revision);
    expect(await readFile(two.arguments.debset, 'utf8')).toBe(await readFile(one.arguments.debset, 'utf8'));
  });

  it('may run in many processes at once', async () => {
    const results = await Promise.all(Array.from({ length: 3 }, () => prepareStarter(['bash'], { cache })));

    expect(new Set(results.map(({ revision }) => revision)).size).toBe(1);
    expect(await downloaded()).toEqual((await debsOf(['bash'])).map(({ sha256 }) => `${sha256}.deb`).sort());
  });

  it('stops when it is cancelled and leaves nothing half done', async () => {
    await prepareStarter([], { cache: made });
    await cp(made, cache, { recursive: true });
    const early = AbortSignal.abort();
    await expect(prepareStarter(['bash'], { cache, signal: early })).rejects.toThrow(Cancelled);

    const controller = new AbortController();
    const onProgress = ({ phase }: StarterProgress) => {
      if (phase === 'download') controller.abort();
    };
    await expect(prepareStarter('all', { cache, signal: controller.signal, onProgress })).rejects.toThrow(
      Cancelled,
    );
    expect((await downloaded()).filter((file) => !/^[0-9a-f]{64}\.deb$/.test(file))).toEqual([]);
  });

  it('says where the starter set comes from when there is no apt', async () => {
    vi.stubEnv('PATH', cache);

    await expect(prepareStarter([], { cache })).rejects.toMatchObject({
      code: 'source-unavailable',
      message: 'This machine has no dpkg.',
      hint: expect.stringMatching(/Debian or Ubuntu[\s\S]*nixpkgs/),
    });
  });

  it('says what to do when there are no package lists', async () => {
    await mkdir(join(cache, 'lists', 'partial'), { recursive: true });
    await configureApt([
      `Dir::State::lists "${cache}/lists"`,
      'Dir::Etc::sourcelist "/dev/null"',
      'Dir::Etc::sourceparts "/dev/null"',
    ]);

    await expect(prepareStarter([], { cache })).rejects.toMatchObject({
      code: 'source-unavailable',
      message: 'This machine has no package lists.',
      hint: expect.stringMatching(/apt/),
    });
  });
});

describe.skipIf(!hasApt)('downloadDebs', () => {
  it('says that lists are out of date when the archive lacks a version', async () => {
    const [bash] = await debsOf(['bash']);
    if (!bash) throw new Error('bash has no package');
    const gone = { ...bash, version: '0.0-0', sha256: '0'.repeat(64) };

    await expect(downloadDebs([gone], join(cache, 'debs'))).rejects.toMatchObject({
      code: 'source-unavailable',
      hint: expect.stringMatching(/apt-get update/),
    });
  });

  it('does not take a file whose bytes differ from what the lists promise', async () => {
    const [bash] = await debsOf(['bash']);
    if (!bash) throw new Error('bash has no package');

    const promise = downloadDebs([{ ...bash, sha256: 'f'.repeat(64) }], join(cache, 'debs'));
    await expect(promise).rejects.toMatchObject({ code: 'check-failed', details: [bash.file] });
    expect(await readdir(join(cache, 'debs'))).toEqual([]);
  });

  it('says so when the archive cannot be reached', async () => {
    const [bash] = await debsOf(['bash']);
    if (!bash) throw new Error('bash has no package');
    // What apt may have kept of it is not this one, so that it has to be asked for.
    const debs = [{ ...bash, sha256: '0'.repeat(64) }];
    await configureApt([
      'Acquire::http::Proxy "http://127.0.0.1:9"',
      'Acquire::https::Proxy "http://127.0.0.1:9"',
      'Acquire::Retries "0"',
    ]);

    const failure = await downloadDebs(debs, join(cache, 'debs')).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StrataError);
    expect(failure).toMatchObject({ code: 'network', log: expect.stringMatching(/127\.0\.0\.1/) });
  });
});

describe.skipIf(!hasApt)('what is known about the set', () => {
  it('is a catalogue with at least a hundred attributes, each described', async () => {
    const catalog = await starterCatalog({ cache: made });

    expect(catalog.length).toBeGreaterThanOrEqual(100);
    for (const entry of catalog) {
      expect(entry.version, entry.attribute).toMatch(/^\d/);
      expect(entry.description, entry.attribute).not.toBe('');
    }
    expect(catalog.find(({ attribute }) => attribute === 'openssl')).toMatchObject({
      pname: 'openssl',
      programs: ['openssl'],
      outputs: ['bin', 'dev', 'out'],
    });
  });

  it('is how many packages of the archive need each store path', async () => {
    const popularity = await starterPopularity({ cache: made });
    const byName = (name: string) =>
      Object.entries(popularity).find(([key]) => key.startsWith(name))?.[1] ?? 0;

    expect(byName('glibc-')).toBeGreaterThan(10_000);
    expect(byName('glibc-')).toBeGreaterThan(byName('openssl-'));
    expect(byName('openssl-')).toBeGreaterThan(100);
  });
});
