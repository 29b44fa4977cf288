import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CatalogRecord } from '../../../src/main/catalog/catalog-record.ts';
import { openCatalog } from '../../../src/main/catalog/open-catalog.ts';
import type { Catalog } from '../../../src/main/catalog/query-catalog.ts';
import { writeCatalog } from '../../../src/main/catalog/write-catalog.ts';
import { temporaryDirectory } from '../documents/support.ts';

const record = (attribute: string, more: Partial<CatalogRecord> = {}): CatalogRecord => ({
  attribute,
  name: attribute.replace(/^.*\./, ''),
  version: '1.0',
  description: '',
  marks: [],
  popularity: null,
  isSet: false,
  programs: [],
  details: {
    outputs: ['out'],
    licences: ['MIT'],
    homepage: null,
    mainProgram: null,
    notices: [],
  },
  ...more,
});

const RECORDS: readonly CatalogRecord[] = [
  record('git', {
    version: '2.39.5',
    description: 'Distributed version control',
    popularity: 300,
    programs: ['git'],
  }),
  record('gitAndTools', { isSet: true }),
  record('git-lfs', { description: 'Large files in git', popularity: 20, programs: ['git-lfs'] }),
  record('gitlab', { description: 'Git hosting', popularity: 2, marks: ['insecure'] }),
  record('legit', { description: 'Complementary commands', popularity: 900 }),
  record('hub', { description: 'Wrapper for git', popularity: 50 }),
  record('postgresql', { version: '15.10', programs: ['psql', 'pg_dump'], popularity: 80 }),
  record('postgresql_16', { name: 'postgresql', version: '16.6', programs: ['psql'] }),
  record('mysql80', { name: 'mysql', description: 'An SQL server', popularity: 90 }),
  record('steam', { marks: ['unfree', 'unsupported'], description: 'Games' }),
  record('_1password', { name: '1password', description: 'Passwords' }),
  record('python3Packages', { isSet: true, name: 'python3Packages' }),
  record('python3Packages.requests', { version: '2.28.1', description: 'HTTP for humans', popularity: 700 }),
  record('python3Packages.requests-toolbelt', { popularity: 5 }),
  record('gcc12', { name: 'g++', description: 'The C++ compiler', version: '12.2.0' }),
];

async function catalogOf(records: readonly CatalogRecord[] = RECORDS): Promise<Catalog> {
  const file = join(temporaryDirectory(), 'catalogs', 'c.sqlite');
  await writeCatalog(file, records, { revision: 'r1', builtAt: new Date('2026-01-02T03:04:05Z') });
  const catalog = openCatalog(file);
  if (!catalog) throw new Error('not written');
  onTestFinished(() => catalog.close());
  return catalog;
}

const found = (catalog: Catalog, query: string) =>
  catalog.search(query, 0, 50).entries.map(({ attribute }) => attribute);

describe('searching a catalog', () => {
  it('puts the name itself first, then names that begin so by popularity, then the rest', async () => {
    expect(found(await catalogOf(), 'git')).toEqual([
      'git',
      'git-lfs',
      'gitlab',
      'gitAndTools',
      'legit',
      'hub',
    ]);
  });

  it('finds by every beginning of a word, as somebody types', async () => {
    const catalog = await catalogOf();
    for (let length = 1; length <= 'postgresql'.length; length += 1) {
      expect(found(catalog, 'postgresql'.slice(0, length))).toContain('postgresql');
    }
  });

  it('finds by attribute path, also of a nested set, and by parts of it in any order', async () => {
    const catalog = await catalogOf();
    expect(found(catalog, 'python3Packages.req')).toEqual([
      'python3Packages.requests',
      'python3Packages.requests-toolbelt',
    ]);
    expect(found(catalog, 'requests python3')[0]).toBe('python3Packages.requests');
  });

  it('finds by version, description and program, and says which program', async () => {
    const catalog = await catalogOf();
    expect(found(catalog, 'postgresql 16')).toEqual(['postgresql_16']);
    expect(found(catalog, 'version control')).toEqual(['git']);
    expect(found(catalog, 'pg_du')).toEqual(['postgresql']);
    expect(catalog.search('psql', 0, 1).entries[0]).toMatchObject({
      attribute: 'postgresql',
      matchedProgram: 'psql',
    });
    expect(catalog.search('postgresql', 0, 1).entries[0]?.matchedProgram).toBeNull();
  });

  it('finds in the middle of a name too, after what begins so', async () => {
    expect(found(await catalogOf(), 'sql')).toEqual(['mysql80', 'postgresql', 'postgresql_16']);
  });

  it('takes signs as they are written', async () => {
    const catalog = await catalogOf();
    expect(found(catalog, 'g++')).toEqual(['gcc12']);
    expect(found(catalog, 'c++ compiler')).toEqual(['gcc12']);
    expect(found(catalog, '1password')[0]).toBe('_1password');
    for (const query of [
      '"',
      "'",
      '*',
      '(',
      'git"',
      'git*',
      'NEAR(a b)',
      'a AND',
      '-',
      'name : x',
      '^',
      '\\',
      '%',
    ]) {
      expect(() => catalog.search(query, 0, 10)).not.toThrow();
    }
    expect(found(catalog, 'GIT"')[0]).toBe('git');
  });

  it('marks what is unfree, broken, insecure or not for this system', async () => {
    const catalog = await catalogOf();
    expect(catalog.find('steam')?.marks).toEqual(['unfree', 'unsupported']);
    expect(catalog.search('gitlab', 0, 1).entries[0]?.marks).toEqual(['insecure']);
  });

  it('gives pages that fit together, and how many there are', async () => {
    const records = Array.from({ length: 1_500 }, (_, i) => record(`lib${i}`, { popularity: i }));
    const catalog = await catalogOf(records);
    const pages = [0, 1, 2].map((page) => catalog.search('lib', page * 50, 50));
    const attributes = pages.flatMap(({ entries }) => entries.map(({ attribute }) => attribute));
    expect(new Set(attributes).size).toBe(150);
    expect(attributes.slice(0, 3)).toEqual(['lib1499', 'lib1498', 'lib1497']);
    expect(pages[0]?.total).toBe(1_000);
    expect(catalog.search('lib14', 0, 10).total).toBe(111);
    expect(catalog.search('nothing like it', 0, 10)).toEqual({ entries: [], total: 0 });
  });

  it('gives the most popular for an empty query', async () => {
    expect(found(await catalogOf(), '  ').slice(0, 2)).toEqual(['legit', 'python3Packages.requests']);
  });
});

describe('a catalog', () => {
  it('knows its sets and their members', async () => {
    const catalog = await catalogOf();
    expect(catalog.browse('', 0, 3).entries.map(({ attribute, isSet }) => [attribute, isSet])).toEqual([
      ['gitAndTools', true],
      ['python3Packages', true],
      ['_1password', false],
    ]);
    expect(catalog.browse('python3Packages', 0, 10)).toMatchObject({ total: 2 });
  });

  it('tells everything about one package, other versions included', async () => {
    const catalog = await catalogOf();
    expect(catalog.details('postgresql')).toMatchObject({
      attribute: 'postgresql',
      programs: ['psql', 'pg_dump'],
      licences: ['MIT'],
      versions: [{ attribute: 'postgresql_16', version: '16.6' }],
    });
    expect(catalog.details('nothing')).toBeUndefined();
  });

  it('finds an attribute whatever its case, the exact one first, and names near ones', async () => {
    const catalog = await catalogOf([...RECORDS, record('GIT')]);
    expect(catalog.find('python3packages.REQUESTS')?.attribute).toBe('python3Packages.requests');
    expect(catalog.find('GIT')?.attribute).toBe('GIT');
    expect(catalog.find('git')?.attribute).toBe('git');
    expect(catalog.nearest('postgersql')).toContain('postgresql');
  });

  it('is written whole or not at all: a cancel leaves nothing, and the old one as it was', async () => {
    const directory = temporaryDirectory();
    const file = join(directory, 'c.sqlite');
    const many = Array.from({ length: 5_000 }, (_, i) => record(`p${i}`));
    const options = { revision: 'r1', builtAt: new Date(0) };
    await writeCatalog(file, RECORDS, options);
    const cancellation = new AbortController();
    const progress: number[] = [];
    await expect(
      writeCatalog(file, many, {
        ...options,
        revision: 'r2',
        signal: cancellation.signal,
        onProgress(done) {
          progress.push(done);
          if (done > 1_000) cancellation.abort();
        },
      }),
    ).rejects.toMatchObject({ name: 'Cancelled' });
    expect(progress.length).toBeGreaterThan(3);
    expect(readdirSync(directory)).toEqual(['c.sqlite']);
    const catalog = openCatalog(file);
    expect(catalog?.revision).toBe('r1');
    catalog?.close();
  });

  it('that is damaged or missing counts as none', () => {
    const file = join(temporaryDirectory(), 'c.sqlite');
    expect(openCatalog(file)).toBeUndefined();
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, 'not a database'.repeat(1_000));
    expect(openCatalog(file)).toBeUndefined();
  });
});
