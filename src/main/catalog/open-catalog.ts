import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { StrataError } from '../../shared/errors.ts';
import { isOwnFileOrNone } from '../files/own-file.ts';
import { isDatabaseDamage } from '../files/rebuildable-database.ts';
import { type Catalog, catalogOf } from './query-catalog.ts';
import { CATALOG_VERSION } from './write-catalog.ts';

/** A catalog turned out to be damaged and is gone: it is to be built again. */
export class DamagedCatalog extends StrataError {
  constructor(cause: unknown) {
    super('not-found', 'The list of packages was damaged, and has been removed.', {
      hint: 'Search again: it is made anew.',
      cause,
    });
  }
}

/** undefined where there is no such file, it is of another version or damaged, or might be another user's. Damage that shows later is thrown as {@link DamagedCatalog}. */
export function openCatalog(file: string, onDamage: () => void = () => {}): Catalog | undefined {
  // SQLite would follow a link.
  if (!isOwnFileOrNone(file)) return undefined;
  let database: DatabaseSync;
  try {
    database = new DatabaseSync(file, { readOnly: true });
  } catch {
    return undefined;
  }
  try {
    const version = database.prepare('PRAGMA user_version').get()?.user_version;
    const about = database.prepare('SELECT revision, entries, built_at FROM about').get();
    if (version === CATALOG_VERSION && about !== undefined)
      return guarded(catalogOf(database, about), (error) => {
        if (!isDamage(error)) throw error;
        database.close();
        rmSync(file, { force: true });
        onDamage();
        throw new DamagedCatalog(error);
      });
  } catch {
    // Falls through: a file that is not a catalog counts as none.
  }
  database.close();
  return undefined;
}

function guarded(catalog: Catalog, onError: (error: unknown) => never): Catalog {
  const guard =
    <A extends unknown[], R>(method: (...args: A) => R) =>
    (...args: A): R => {
      try {
        return method(...args);
      } catch (error) {
        return onError(error);
      }
    };
  return {
    ...catalog,
    search: guard(catalog.search),
    browse: guard(catalog.browse),
    find: guard(catalog.find),
    details: guard(catalog.details),
    nearest: guard(catalog.nearest),
    leftOut: guard(catalog.leftOut),
  };
}

/** Also by details that are no JSON, or of another shape. */
function isDamage(error: unknown): boolean {
  return error instanceof SyntaxError || error instanceof z.ZodError || isDatabaseDamage(error);
}
