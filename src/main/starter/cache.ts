import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Popularity } from '../../engine/graph/closure-graph.ts';
import { makeDirectory } from '../make-directory.ts';
import { readOwnJson } from '../own-file.ts';
import { type Debset, debsetSchema } from './debset.ts';

/** What the generator made for one revision. */
export interface GeneratedSet {
  readonly debset: Debset;
  readonly popularity: Popularity;
}

const DEBSET_FILE = 'debset.json';
const POPULARITY_FILE = 'popularity.json';
const popularitySchema = z.record(z.string(), z.number());

export function debsetPath(directory: string): string {
  return join(directory, DEBSET_FILE);
}

/** Nothing when the revision has not been generated, or its files are damaged. */
export function readGenerated(directory: string): GeneratedSet | undefined {
  const debset = readOwnJson(join(directory, DEBSET_FILE), debsetSchema);
  const popularity = readOwnJson(join(directory, POPULARITY_FILE), popularitySchema);
  return debset && popularity && { debset, popularity };
}

/** Puts a whole folder in place at once. Of several processes that do so, any may win: their bytes are equal. */
export async function writeGenerated(directory: string, generated: GeneratedSet): Promise<void> {
  const partial = `${directory}.partial-${randomUUID()}`;
  makeDirectory(partial);
  try {
    await writeFile(join(partial, DEBSET_FILE), `${JSON.stringify(generated.debset, null, 1)}\n`);
    await writeFile(join(partial, POPULARITY_FILE), `${JSON.stringify(generated.popularity, null, 1)}\n`);
    await rename(partial, directory).catch(async (error: unknown) => {
      if (readGenerated(directory)) return;
      await rm(directory, { recursive: true, force: true });
      await rename(partial, directory).catch(() => {
        throw error;
      });
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
