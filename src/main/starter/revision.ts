import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { PackageDefinition } from './package-set.ts';

/** Counts up whenever the same lists and definitions would give another debset.json or popularity.json. */
const GENERATOR_VERSION = 2;

/** Everything that decides what the starter set is. */
export interface RevisionInputs {
  /** Files of the Packages indices. */
  readonly indices: readonly string[];
  readonly definitions: readonly PackageDefinition[];
  /** Folder of the Nix expression. */
  readonly expression: string;
}

/** Names the starter set that is made of these: equal revisions mean equal packages. 32 hexadecimal digits. */
export async function computeRevision({ indices, definitions, expression }: RevisionInputs): Promise<string> {
  const revision = createHash('sha256');
  revision.update(`${GENERATOR_VERSION}\n${serialize(definitions)}\n`);
  for (const index of indices) await addFile(revision, basename(index), index);
  for (const file of await filesBelow(expression)) await addFile(revision, relative(expression, file), file);
  return revision.digest('hex').slice(0, 32);
}

async function addFile(revision: Hash, name: string, file: string): Promise<void> {
  const content = createHash('sha256');
  await pipeline(createReadStream(file), content);
  revision.update(`${name} ${content.digest('hex')}\n`);
}

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function serialize(definitions: readonly PackageDefinition[]): string {
  return JSON.stringify(definitions, (_, value: unknown) =>
    value instanceof RegExp ? String(value) : value,
  );
}
