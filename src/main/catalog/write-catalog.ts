import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as breathe } from 'node:timers/promises';
import { type LeftOut, MARKS } from '../../shared/contract/catalog.ts';
import { throwIfCancelled } from '../../shared/errors.ts';
import { makeDirectory } from '../files/make-directory.ts';
import { replaceTarget } from '../files/replace-target.ts';
import { type CatalogRecord, parentSet } from './catalog-record.ts';

/** Counts up whenever a catalog file would be written in another way. */
export const CATALOG_VERSION = 2;

const SCHEMA = `
  PRAGMA journal_mode = OFF;
  PRAGMA synchronous = OFF;
  CREATE TABLE package (
    id INTEGER PRIMARY KEY,
    attribute TEXT NOT NULL UNIQUE,
    parent TEXT NOT NULL,
    name TEXT NOT NULL,
    lower_name TEXT NOT NULL,
    lower_attribute TEXT NOT NULL,
    version TEXT NOT NULL,
    description TEXT NOT NULL,
    marks INTEGER NOT NULL,
    popularity REAL,
    is_set INTEGER NOT NULL,
    programs TEXT NOT NULL,
    details TEXT NOT NULL
  ) STRICT;
  CREATE VIRTUAL TABLE words USING fts5 (
    attribute, name, version, programs, description,
    content = '', columnsize = 0, prefix = '1 2 3', tokenize = "unicode61 tokenchars '+'"
  );
  CREATE VIRTUAL TABLE parts USING fts5 (
    attribute, content = '', columnsize = 0, tokenize = 'trigram'
  );
  CREATE TABLE left_out (attribute TEXT NOT NULL, reason TEXT NOT NULL, is_thrown INTEGER NOT NULL) STRICT;
  CREATE TABLE about (revision TEXT NOT NULL, entries INTEGER NOT NULL, built_at TEXT NOT NULL) STRICT;
`;

const INDICES = `
  CREATE INDEX package_parent ON package (parent, attribute);
  CREATE INDEX package_name ON package (lower_name);
  CREATE INDEX package_attribute ON package (lower_attribute);
`;

const BATCH = 250;

export interface WriteCatalogOptions {
  readonly revision: string;
  readonly builtAt: Date;
  /** What the source has beside the records, and cannot be evaluated. */
  readonly leftOut?: readonly LeftOut[];
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Writes a catalog file whole or not at all. Other work goes on between batches.
 *
 * Rows are numbered by popularity, so that the full-text index, which yields its matches by number, yields the most
 * popular ones first without sorting.
 *
 * @throws StrataError `disk-full`, `file-system`; Cancelled
 */
export async function writeCatalog(
  file: string,
  records: readonly CatalogRecord[],
  options: WriteCatalogOptions,
): Promise<void> {
  makeDirectory(dirname(file));
  await replaceTarget(file, (temporary) => fill(temporary, byPopularity(records), options), {
    isDurable: false,
  });
}

function byPopularity(records: readonly CatalogRecord[]): CatalogRecord[] {
  return records.toSorted(
    (a, b) =>
      (b.popularity ?? 0) - (a.popularity ?? 0) ||
      a.attribute.length - b.attribute.length ||
      (a.attribute < b.attribute ? -1 : 1),
  );
}

async function fill(
  file: string,
  records: readonly CatalogRecord[],
  { revision, builtAt, leftOut = [], signal, onProgress }: WriteCatalogOptions,
): Promise<void> {
  const database = new DatabaseSync(file);
  try {
    database.exec(SCHEMA);
    database.exec('BEGIN');
    const addPackage = database.prepare('INSERT INTO package VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    const addWords = database.prepare(
      'INSERT INTO words (rowid, attribute, name, version, programs, description) VALUES (?, ?, ?, ?, ?, ?)',
    );
    const addParts = database.prepare('INSERT INTO parts (rowid, attribute) VALUES (?, ?)');
    for (const [index, record] of records.entries()) {
      if (index % BATCH === 0) {
        onProgress?.(index, records.length);
        await breathe();
        throwIfCancelled(signal);
      }
      const { attribute, name, version, description, programs } = record;
      const id = index + 1;
      addPackage.run(
        id,
        attribute,
        parentSet(attribute),
        name,
        name.toLowerCase(),
        attribute.toLowerCase(),
        version,
        description,
        record.marks.reduce((bits, mark) => bits | (1 << MARKS.indexOf(mark)), 0),
        record.popularity,
        record.isSet ? 1 : 0,
        programs.join(' '),
        JSON.stringify(record.details),
      );
      addWords.run(id, attribute, name, version, programs.join(' '), description);
      addParts.run(id, attribute);
    }
    const addLeftOut = database.prepare('INSERT INTO left_out VALUES (?, ?, ?)');
    // What is broken before what throws: that is a word of the set's authors, and meant for who asks for it by name.
    for (const { attribute, reason, isThrown } of leftOut.toSorted(
      (a, b) => Number(a.isThrown) - Number(b.isThrown),
    )) {
      addLeftOut.run(attribute, reason, isThrown ? 1 : 0);
    }
    database.exec(INDICES);
    database
      .prepare('INSERT INTO about VALUES (?, ?, ?)')
      .run(revision, records.length, builtAt.toISOString());
    database.exec(`COMMIT; PRAGMA user_version = ${CATALOG_VERSION};`);
    onProgress?.(records.length, records.length);
  } finally {
    database.close();
  }
}
