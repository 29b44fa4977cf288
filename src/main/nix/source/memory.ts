import { join } from 'node:path';
import type { z } from 'zod';
import { readSealedJson, writeSealedJson } from '../../files/own-json.ts';

/** What a source was last time, so that a pinned one needs no network: <cache>/sources/<name>.json. */
export async function recall<Schema extends z.ZodType>(
  cacheDirectory: string,
  name: string,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  return readSealedJson(fileOf(cacheDirectory, name), schema);
}

export async function remember(cacheDirectory: string, name: string, value: unknown): Promise<void> {
  await writeSealedJson(fileOf(cacheDirectory, name), value);
}

function fileOf(cacheDirectory: string, name: string): string {
  return join(cacheDirectory, 'sources', `${encodeURIComponent(name)}.json`);
}
