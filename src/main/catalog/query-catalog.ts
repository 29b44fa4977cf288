import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import {
  type CatalogEntry,
  type LeftOut,
  MARKS,
  type PackageDetails,
  packageDetailsSchema,
} from '../../shared/contract/catalog.ts';
import { nearestNames } from '../nix/nearest-names.ts';
import { type SearchWords, searchWords } from './search-words.ts';

interface CatalogPage {
  readonly entries: CatalogEntry[];
  /** Counted up to {@link MOST_COUNTED}. */
  readonly total: number;
}

/** A catalog that has been written. Calls are synchronous and take milliseconds. */
export interface Catalog {
  readonly revision: string;
  readonly entries: number;
  readonly builtAt: string;
  search(query: string, offset: number, limit: number): CatalogPage;
  browse(set: string, offset: number, limit: number): CatalogPage;
  /** By attribute, case aside, as Nix code is asked too. */
  find(attribute: string): CatalogEntry | undefined;
  details(attribute: string): PackageDetails | undefined;
  nearest(attribute: string): string[];
  /** Attributes that cannot be evaluated: what is broken first, then what throws. */
  leftOut(offset: number, limit: number): LeftOut[];
  /** How many there are of either kind. */
  readonly leftOutCounts: { readonly broken: number; readonly thrown: number };
  close(): void;
}

const MOST_COUNTED = 1_000;
const COLUMNS = 'id, attribute, name, version, description, marks, popularity, is_set, programs';

type Row = Record<string, SQLOutputValue>;

const detailsSchema = packageDetailsSchema.pick({
  outputs: true,
  licences: true,
  homepage: true,
  mainProgram: true,
  notices: true,
});

/** @param about the row of the table of that name */
export function catalogOf(database: DatabaseSync, about: Row): Catalog {
  database.exec('PRAGMA mmap_size = 268435456; PRAGMA cache_size = -32768;');
  const ranked = rankedBy(database);
  const byId = database.prepare(`SELECT ${COLUMNS} FROM package WHERE id = ?`);
  const popular = database.prepare(`SELECT ${COLUMNS} FROM package ORDER BY id LIMIT ? OFFSET ?`);
  const members = database.prepare(
    `SELECT ${COLUMNS} FROM package WHERE parent = ? ORDER BY is_set DESC, attribute LIMIT ? OFFSET ?`,
  );
  const memberCount = database.prepare(
    'SELECT count(*) AS count FROM (SELECT 1 FROM package WHERE parent = ? LIMIT ?)',
  );
  const byAttribute = database.prepare(
    `SELECT ${COLUMNS}, details FROM package WHERE attribute = ?1 OR lower_attribute = ?2 ORDER BY attribute <> ?1 LIMIT 1`,
  );
  const sameName = database.prepare(
    'SELECT attribute, version FROM package WHERE lower_name = ? AND version <> ? AND is_set = 0 ORDER BY attribute LIMIT 50',
  );
  const attributes = database.prepare('SELECT attribute FROM package WHERE is_set = 0');
  const leftOut = database.prepare('SELECT * FROM left_out ORDER BY rowid LIMIT ? OFFSET ?');
  const counts = database.prepare(
    'SELECT count(*) AS total, coalesce(sum(is_thrown), 0) AS thrown FROM left_out',
  );
  const { total = 0, thrown = 0 } = counts.get() ?? {};
  const entries = Number(about.entries);

  return {
    revision: String(about.revision),
    entries,
    builtAt: String(about.built_at),
    search(query, offset, limit) {
      const words = searchWords(query);
      if (words === null) {
        return {
          entries: popular.all(limit, offset).map((row) => entryOf(row, [])),
          total: Math.min(entries, MOST_COUNTED),
        };
      }
      const ids = ranked(words, Math.max(MOST_COUNTED, offset + limit));
      const page = ids.slice(offset, offset + limit).map((id) => byId.get(id));
      return {
        entries: page.flatMap((row) => (row ? [entryOf(row, words.words)] : [])),
        total: Math.min(ids.length, MOST_COUNTED),
      };
    },
    browse: (set, offset, limit) => ({
      entries: members.all(set, limit, offset).map((row) => entryOf(row, [])),
      total: Number(memberCount.get(set, MOST_COUNTED)?.count ?? 0),
    }),
    find(attribute) {
      const row = byAttribute.get(attribute, attribute.toLowerCase());
      return row && entryOf(row, []);
    },
    details(attribute) {
      const row = byAttribute.get(attribute, attribute.toLowerCase());
      if (row === undefined) return undefined;
      const entry = entryOf(row, []);
      return {
        ...entry,
        ...detailsSchema.parse(JSON.parse(String(row.details))),
        programs: programsOf(row),
        versions: sameName
          .all(entry.name.toLowerCase(), entry.version)
          .map((other) => ({ attribute: String(other.attribute), version: String(other.version) })),
      };
    },
    nearest: (attribute) =>
      nearestNames(
        attribute,
        attributes.all().map((row) => String(row.attribute)),
      ),
    leftOut: (offset, limit) =>
      leftOut.all(limit, offset).map((row) => ({
        attribute: String(row.attribute),
        reason: String(row.reason),
        isThrown: row.is_thrown === 1,
      })),
    leftOutCounts: { broken: Number(total) - Number(thrown), thrown: Number(thrown) },
    close() {
      if (database.isOpen) database.close();
    },
  };
}

/** Ids of matches, best first, each once: each tier is asked only for what is still wanted. */
function rankedBy(database: DatabaseSync) {
  const exact = database.prepare(
    'SELECT id FROM package WHERE lower_attribute = ?1 OR lower_name = ?1 ORDER BY is_set, id LIMIT ?2',
  );
  const matching = database.prepare(
    'SELECT rowid AS id FROM words WHERE words MATCH ? ORDER BY rowid LIMIT ?',
  );
  const containing = database.prepare(
    'SELECT rowid AS id FROM parts WHERE parts MATCH ? ORDER BY rowid LIMIT ?',
  );
  return ({ words, expression, partsExpression }: SearchWords, wanted: number): number[] => {
    const ids = new Set<number>();
    const add = (rows: readonly Row[]): void => {
      for (const { id } of rows) if (ids.size < wanted) ids.add(Number(id));
    };
    const tiers: (() => readonly Row[])[] = [
      () => (words.length === 1 ? exact.all(words[0] ?? '', wanted) : []),
      () => matching.all(`name : ^ ${expression}`, wanted),
      () => matching.all(`{attribute name} : (${expression})`, wanted),
      () => matching.all(`programs : (${expression})`, wanted),
      () => matching.all(`{attribute name version} : (${expression})`, wanted),
      () => (partsExpression === null ? [] : containing.all(partsExpression, wanted)),
      () => matching.all(expression, wanted),
    ];
    for (const tier of tiers) {
      if (ids.size >= wanted) break;
      add(tier());
    }
    return [...ids];
  };
}

function programsOf(row: Row): string[] {
  return String(row.programs)
    .split(' ')
    .filter((program) => program !== '');
}

/** @param words what was searched for, to tell when a program was the reason to find it */
function entryOf(row: Row, words: readonly string[]): CatalogEntry {
  const attribute = String(row.attribute);
  const name = String(row.name);
  const named = `${attribute} ${name}`.toLowerCase();
  const unnamed = words.filter((word) => !named.includes(word));
  return {
    attribute,
    name,
    version: String(row.version),
    description: String(row.description),
    marks: MARKS.filter((_, bit) => (Number(row.marks) & (1 << bit)) !== 0),
    popularity: row.popularity === null ? null : Number(row.popularity),
    isSet: row.is_set === 1,
    matchedProgram:
      programsOf(row).find((program) => unnamed.some((word) => program.toLowerCase().startsWith(word))) ??
      null,
  };
}
