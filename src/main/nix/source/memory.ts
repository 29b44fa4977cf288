import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';

/** What a source was last time, so that a pinned one needs no network: <cache>/sources/<name>.json. */
export async function recall<Schema extends z.ZodType>(
  cacheDirectory: string,
  name: string,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  try {
    const text = await readFile(fileOf(cacheDirectory, name), 'utf8');
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export async function remember(cacheDirectory: string, name: string, value: unknown): Promise<void> {
  const file = fileOf(cacheDirectory, name);
  await mkdir(join(cacheDirectory, 'sources'), { recursive: true });
  const temporary = `${file}.${process.pid}.part`;
  await writeFile(temporary, `${JSON.stringify(value)}\n`);
  await rename(temporary, file);
}

function fileOf(cacheDirectory: string, name: string): string {
  return join(cacheDirectory, 'sources', `${encodeURIComponent(name)}.json`);
}
