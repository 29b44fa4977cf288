import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { readOwnFile } from './own-file.ts';
import { replaceFile } from './replace-file.ts';

/**
 * Keeps a value that Strata can make again: its SHA-256 in the first line, then the value as JSON. Without the sum, a
 * digit that a disk flipped would be read as what was written.
 *
 * @throws StrataError `file-system` or `disk-full`
 */
export async function writeSealedJson(path: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value);
  await replaceFile(path, `${sumOf(text)}\n${text}\n`);
}

/**
 * What {@link writeSealedJson} kept; undefined where there is none, it is damaged, of another version, or might be
 * somebody else's: then it is made again.
 */
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

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
