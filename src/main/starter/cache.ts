import { createHash, randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Popularity } from '../../engine/graph/closure-graph.ts';
import { makeDirectory } from '../files/make-directory.ts';
import { readOwnFile } from '../files/own-file.ts';
import { readSealedJson, writeSealedJson } from '../files/sealed-json.ts';
import { type Debset, debsetSchema } from './debset.ts';

/** What the generator made for one revision. */
export interface GeneratedSet {
  readonly debset: Debset;
  readonly popularity: Popularity;
}

const DEBSET_FILE = 'debset.json';
const POPULARITY_FILE = 'popularity.json';
const FILES = [DEBSET_FILE, POPULARITY_FILE];
/** SHA-256 of the other files, which Nix reads and which therefore are nothing but JSON. */
const SUMS_FILE = 'sums.json';
const sumsSchema = z.array(z.string());
const popularitySchema = z.record(z.string(), z.number());

export function debsetPath(directory: string): string {
  return join(directory, DEBSET_FILE);
}

/** Nothing when the revision has not been generated, or its files are damaged. */
export function readGenerated(directory: string): GeneratedSet | undefined {
  try {
    const sums = readSealedJson(join(directory, SUMS_FILE), sumsSchema);
    const [debset = '', popularity = ''] = FILES.map((file) => readOwnFile(join(directory, file)));
    if (sums?.join() !== [debset, popularity].map(sumOf).join()) return undefined;
    return {
      debset: debsetSchema.parse(JSON.parse(debset)),
      popularity: popularitySchema.parse(JSON.parse(popularity)),
    };
  } catch {
    return undefined;
  }
}

/** Puts a whole folder in place at once. Of several processes that do so, any may win: their bytes are equal. */
export async function writeGenerated(directory: string, generated: GeneratedSet): Promise<void> {
  const partial = `${directory}.partial-${randomUUID()}`;
  makeDirectory(partial);
  try {
    const texts = [generated.debset, generated.popularity].map(
      (value) => `${JSON.stringify(value, null, 1)}\n`,
    );
    for (const [index, file] of FILES.entries()) await writeFile(join(partial, file), texts[index] ?? '');
    await writeSealedJson(join(partial, SUMS_FILE), texts.map(sumOf));
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

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
