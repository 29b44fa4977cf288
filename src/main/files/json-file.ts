import { rename } from 'node:fs/promises';
import type { z } from 'zod';
import { readOwnFile } from './own-file.ts';
import { writeOwnFile } from './write-whole.ts';

/**
 * A small file of Strata's own, written whole after each change, one change after another. It is read anew each time:
 * other hosts, such as those of several terminals, have the same one.
 */
export interface JsonFile<Value> {
  read(): Promise<Value>;
  update(change: (value: Value) => Value): Promise<Value>;
}

/**
 * @param empty what a file counts as that is missing, cannot be read, or might be another user's. It is kept beside, with
 *   `.unreadable` at its end: settings are not worth a start that fails, nor are they to be lost without a trace.
 */
export function createJsonFile<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  empty: () => z.output<Schema>,
): JsonFile<z.output<Schema>> {
  let last: Promise<unknown> = Promise.resolve();

  const load = async (): Promise<z.output<Schema>> => {
    try {
      const text = readOwnFile(path);
      return text === undefined ? empty() : schema.parse(JSON.parse(text));
    } catch {
      await rename(path, `${path}.unreadable`).catch(() => {});
      return empty();
    }
  };
  return {
    // After the changes that were asked for before.
    read: () => last.then(load),
    update(change) {
      const next = last.then(async () => {
        const changed = change(await load());
        await writeOwnFile(path, `${JSON.stringify(changed, null, 2)}\n`);
        return changed;
      });
      last = next.catch(() => {});
      return next;
    },
  };
}
