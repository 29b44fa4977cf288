import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRebuildableDatabase } from '../../../src/main/files/rebuildable-database.ts';

const SHAPE = {
  version: 3,
  schema: 'DROP TABLE IF EXISTS word; CREATE TABLE word (text TEXT NOT NULL) STRICT',
  prepare: (database: DatabaseSync) => database,
};

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-database-'));
  file = join(directory, 'index.sqlite');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function add(database: DatabaseSync, ...words: string[]): void {
  const insert = database.prepare('INSERT INTO word VALUES (?)');
  for (const word of words) insert.run(word);
}

function words(shape = SHAPE): number {
  const database = openRebuildableDatabase(file, shape);
  const count = database.use((queries) =>
    Number(queries.prepare('SELECT count(text) AS count FROM word').get()?.count),
  );
  database.close();
  return count;
}

function write(): void {
  const database = openRebuildableDatabase(file, SHAPE);
  const written = Array.from({ length: 500 }, (_, index) => `${index}`.padEnd(100, '.'));
  database.use((queries) => add(queries, ...written));
  database.close();
}

describe('a database that can be made again', () => {
  it('keeps what was written', () => {
    write();
    expect(words()).toBe(500);
  });

  it('is begun anew in another version', () => {
    write();
    expect(words({ ...SHAPE, version: 4 })).toBe(0);
  });

  it.each([
    ['at its start', 0],
    ['in the middle', 0.5],
    ['in its last page', 0.99],
  ])('is begun anew when it is damaged %s', (_, where) => {
    write();
    const bytes = readFileSync(file);
    const at = Math.floor((bytes.length * where) / 4096) * 4096;
    bytes.fill(0xa5, at, at + 4096);
    writeFileSync(file, bytes);
    expect(words()).toBe(0);
    write();
    expect(words()).toBe(500);
  });

  it('is begun anew when it was cut off', () => {
    write();
    writeFileSync(file, readFileSync(file).subarray(0, 3 * 4096));
    expect(words()).toBe(0);
  });

  it('names its file where that cannot be opened', () => {
    expect(() => openRebuildableDatabase(join(directory, 'none', 'x'), SHAPE)).toThrow(
      expect.objectContaining({ code: 'file-system', message: expect.stringContaining(join('none', 'x')) }),
    );
  });
});
