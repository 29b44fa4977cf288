import { chmodSync, chownSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, type TestContext } from 'vitest';
import { z } from 'zod';
import { openCatalog } from '../../../src/main/catalog/open-catalog.ts';
import { compileCacheDirectory } from '../../../src/main/files/compile-cache.ts';
import { ownCacheDirectory, ownDirectory } from '../../../src/main/files/own-directory.ts';
import { readOwnFile } from '../../../src/main/files/own-file.ts';
import { createJsonFile } from '../../../src/main/files/own-json.ts';
import { openRebuildableDatabase } from '../../../src/main/files/rebuildable-database.ts';
import { recall, remember } from '../../../src/main/nix/source/memory.ts';
import { strata } from '../../support/cli.ts';
import { temporaryDirectory } from '../documents/support.ts';

/** A user other than the one that runs the tests: files are given to it, so they run as root. */
const STRANGER = 4242;

function needRoot({ skip }: TestContext): void {
  if (process.geteuid?.() !== 0) skip('Only root can make files of another user.');
}

function give(path: string): string {
  chownSync(path, STRANGER, STRANGER);
  return path;
}

const GRAPH = JSON.stringify([
  { path: `/nix/store/${'a'.repeat(32)}-a`, narSize: 8, closureSize: 8, references: [] },
]);

describe('directories that Strata keeps things in', () => {
  it('are made for this user alone', () => {
    const path = join(temporaryDirectory(), 'cache', 'strata');
    expect(ownDirectory(path)).toBe(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(ownDirectory(path)).toBe(path);
  });

  it('are refused where every user may write', () => {
    const path = join(temporaryDirectory(), 'strata');
    mkdirSync(path);
    chmodSync(path, 0o777);
    expect(() => ownDirectory(path)).toThrow(`Strata does not use ${path}: every user may write to it.`);
  });

  it('are refused where they belong to another user, also behind a link', (context) => {
    needRoot(context);
    const path = join(temporaryDirectory(), 'strata');
    mkdirSync(path);
    give(path);
    expect(() => ownCacheDirectory({ STRATA_CACHE_DIR: path })).toThrow(
      expect.objectContaining({
        code: 'file-system',
        message: `Strata does not use ${path}: it belongs to another user (4242; Strata runs as 0).`,
        hint: expect.stringContaining('chown'),
      }),
    );
    const link = join(temporaryDirectory(), 'link');
    symlinkSync(path, link);
    expect(() => ownDirectory(link)).toThrow('it belongs to another user');
  });

  it('are refused where another user made the link to them', async (context) => {
    needRoot(context);
    const link = join(temporaryDirectory(), 'link');
    symlinkSync(temporaryDirectory(), link);
    const { lchownSync } = await import('node:fs');
    lchownSync(link, STRANGER, STRANGER);
    expect(() => ownDirectory(link)).toThrow('it belongs to another user');
  });

  it('that cannot be made are left to whoever needs them', ({ skip }) => {
    if (!existsSync('/proc/self')) skip('This system has no /proc.');
    expect(ownDirectory('/proc/none/strata')).toBe('/proc/none/strata');
  });
});

describe('the cache of compiled code, which Node runs', () => {
  it('is in the cache directory, for this user alone, and nothing is in the temporary directory', async () => {
    const [cache, temporary] = [join(temporaryDirectory(), 'strata'), temporaryDirectory()];
    const env = { STRATA_CACHE_DIR: cache, TMPDIR: temporary };
    // What an attacker would prepare: Node's own name for it.
    mkdirSync(join(temporary, 'node-compile-cache'));
    expect(await strata(['cache', 'show'], { env })).toMatchObject({ exitCode: 0 });
    expect(statSync(join(cache, 'compiled')).mode & 0o777).toBe(0o700);
    expect(compileCacheDirectory(env)).toBe(join(cache, 'compiled'));
    const { readdirSync } = await import('node:fs');
    expect(readdirSync(join(temporary, 'node-compile-cache'))).toEqual([]);
  });

  it.for([
    ['it belongs to another user', ['cache', 'compiled']],
    ['the cache directory belongs to another user', ['cache']],
    ['a directory above belongs to another user, who could put another in its place', []],
  ] as const)('is not used where %s', ([, place], context) => {
    needRoot(context);
    const above = temporaryDirectory();
    const cache = join(above, 'cache');
    mkdirSync(join(cache, 'compiled'), { recursive: true, mode: 0o700 });
    expect(compileCacheDirectory({ STRATA_CACHE_DIR: cache })).toBe(join(cache, 'compiled'));
    give(join(above, ...place));
    expect(compileCacheDirectory({ STRATA_CACHE_DIR: cache })).toBeUndefined();
  });

  it('is not used where it is a link', () => {
    const cache = temporaryDirectory();
    symlinkSync(temporaryDirectory(), join(cache, 'compiled'));
    expect(compileCacheDirectory({ STRATA_CACHE_DIR: cache })).toBeUndefined();
  });
});

describe('the command line on a cache directory of another user', () => {
  it('refuses in words', async (context) => {
    needRoot(context);
    const cache = give(temporaryDirectory());
    const env = { STRATA_CACHE_DIR: cache };
    const refused = await strata(['cache'], { env });
    expect(refused.exitCode).toBe(5);
    expect(refused.stderr).toContain(`error: Strata does not use ${cache}: it belongs to another user`);
    // What needs no cache works.
    const graph = join(temporaryDirectory(), 'graph.json');
    writeFileSync(graph, GRAPH);
    expect(await strata(['graph', '--graph', graph], { env })).toMatchObject({ exitCode: 0 });
  });
});

describe('a file of Strata’s own', () => {
  it('is read', () => {
    const file = join(temporaryDirectory(), 'file');
    expect(readOwnFile(file)).toBeUndefined();
    writeFileSync(file, 'ours');
    expect(readOwnFile(file)).toBe('ours');
    expect(readOwnFile(join(file, 'below'))).toBeUndefined();
  });

  it('is not read through a link, nor where all may write to it', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'file'), '1');
    symlinkSync(join(directory, 'file'), join(directory, 'link'));
    expect(() => readOwnFile(join(directory, 'link'))).toThrow('it is a symbolic link');
    chmodSync(join(directory, 'file'), 0o666);
    expect(() => readOwnFile(join(directory, 'file'))).toThrow('every user may write to it');
    expect(() => readOwnFile(directory)).toThrow('it is not a file');
  });

  it('is not read where another user put it there', async (context) => {
    needRoot(context);
    const directory = temporaryDirectory();
    const file = join(directory, 'settings.json');
    writeFileSync(file, '["planted"]');
    give(file);
    expect(() => readOwnFile(file)).toThrow('it belongs to another user');

    const settings = createJsonFile(file, z.array(z.string()), () => []);
    expect(await settings.read()).toEqual([]);
    expect(existsSync(`${file}.unreadable`)).toBe(true);

    await remember(directory, 'nixpkgs', 'ours');
    expect(await recall(directory, 'nixpkgs', z.string())).toBe('ours');
    give(join(directory, 'sources', 'nixpkgs.json'));
    expect(await recall(directory, 'nixpkgs', z.string())).toBeUndefined();
  });

  it('is begun anew where it is a database that another user put there, or its log', (context) => {
    needRoot(context);
    const schema = 'DROP TABLE IF EXISTS a; CREATE TABLE a (b TEXT)';
    const shape = { version: 1, schema, prepare: (database: DatabaseSync) => database };
    const file = join(temporaryDirectory(), 'index.sqlite');
    const count = (): number => {
      const database = openRebuildableDatabase(file, shape);
      const found = database.use((queries) => {
        const counted = Number(queries.prepare('SELECT count(*) AS n FROM a').get()?.n);
        queries.exec("INSERT INTO a VALUES ('x')");
        return counted;
      });
      database.close();
      return found;
    };
    expect([count(), count()]).toEqual([0, 1]);
    give(file);
    expect([count(), count()]).toEqual([0, 1]);
    writeFileSync(`${file}-wal`, '');
    give(`${file}-wal`);
    expect([count(), count()]).toEqual([0, 1]);
  });

  it('counts for nothing where it is a catalog', (context) => {
    needRoot(context);
    const file = join(temporaryDirectory(), 'catalog.sqlite');
    new DatabaseSync(file).close();
    give(file);
    expect(openCatalog(file)).toBeUndefined();
  });
});
