import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Popularity } from '../../engine/graph/closure-graph.ts';
import { makeDirectory } from '../make-directory.ts';
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
export async function readGenerated(directory: string): Promise<GeneratedSet | undefined> {
  try {
    const [debset, popularity] = await Promise.all(
      [DEBSET_FILE, POPULARITY_FILE].map(
        async (file): Promise<unknown> => JSON.parse(await readFile(join(directory, file), 'utf8')),
      ),
    );
    return { debset: debsetSchema.parse(debset), popularity: popularitySchema.parse(popularity) };
  } catch {
    return undefined;
  }
}

/** Puts a whole folder in place at once. Of several processes that do so, any may win: their bytes are equal. */
export async function writeGenerated(directory: string, generated: GeneratedSet): Promise<void> {
  const partial = `${directory}.partial-${randomUUID()}`;
  makeDirectory(partial);
  try {
    await writeFile(join(partial, DEBSET_FILE), `${JSON.stringify(generated.debset, null, 1)}\n`);
    await writeFile(join(partial, POPULARITY_FILE), `${JSON.stringify(generated.popularity, null, 1)}\n`);
    await rename(partial, directory).catch(async (error: unknown) => {
      if (await readGenerated(directory)) return;
      await rm(directory, { recursive: true, force: true });
      await rename(partial, directory).catch(() => {
        throw error;
      });
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
