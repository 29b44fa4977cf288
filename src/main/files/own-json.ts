import { rename } from 'node:fs/promises';
import type { z } from 'zod';
import { readOwnFile } from './own-file.ts';
import { sumOf } from './seal.ts';
import { writeOwnFile } from './write-whole.ts';

/**
 * What a JSON file of Strata's own holds; undefined where there is none, or it is damaged, of another version, or might
 * be somebody else's.
 */
export function readOwnJson<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): z.output<Schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(readOwnFile(path) ?? '')).data;
  } catch {
    return undefined;
  }
}

/**
 * Keeps a value that Strata can make again: its SHA-256 in the first line, then the value as JSON. Without the sum, a
 * digit that a disk flipped would be read as what was written.
 *
 * @throws StrataError `file-system` or `disk-full`
 */
export async function writeSealedJson(path: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value);
  await writeOwnFile(path, `${sumOf(text)}\n${text}\n`, { isDurable: false });
}

/** What {@link writeSealedJson} kept; undefined as of {@link readOwnJson}: then it is made again. */
export function readSealedJson<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): z.output<Schema> | undefined {
  try {
    const [sum, text = ''] = (readOwnFile(path) ?? '').split('\n');
    return sum === sumOf(text) ? schema.safeParse(JSON.parse(text)).data : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A small file of Strata's own that people may change too, written whole after each change, one change after another.
 * It is read anew each time: other hosts, such as those of several terminals, have the same one.
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
