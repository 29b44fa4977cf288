import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Popularity } from '../../engine/graph/closure-graph.ts';
import { makeDirectory } from '../files/make-directory.ts';
import { readOwnFile } from '../files/own-file.ts';
import { readSealedJson, writeSealedJson } from '../files/own-json.ts';
import { replaceTarget } from '../files/replace-target.ts';
import { sumOf } from '../files/seal.ts';
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
  makeDirectory(dirname(directory));
  const write = async (partial: string): Promise<void> => {
    makeDirectory(partial);
    const texts = [generated.debset, generated.popularity].map(
      (value) => `${JSON.stringify(value, null, 1)}\n`,
    );
    for (const [index, file] of FILES.entries()) await writeFile(join(partial, file), texts[index] ?? '');
    await writeSealedJson(join(partial, SUMS_FILE), texts.map(sumOf));
  };
  const mayStay = (): boolean => readGenerated(directory) !== undefined;
  await replaceTarget(directory, write, { isDurable: false, mayStay });
}
