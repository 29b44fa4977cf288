import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { sha256Of } from '../files/read-pieces.ts';
import type { PackageLists } from './apt/known-lists.ts';
import type { PackageDefinition } from './package-set.ts';

/** Counts up whenever the same lists and definitions would give another debset.json or popularity.json. */
const GENERATOR_VERSION = 3;

/** Everything that decides what the starter set is. */
export interface RevisionInputs {
  readonly indices: PackageLists['indices'];
  readonly definitions: readonly PackageDefinition[];
  /** Folder of the Nix expression. */
  readonly expression: string;
}

/** Names the starter set that is made of these: equal revisions mean equal packages. 32 hexadecimal digits. */
export async function computeRevision({ indices, definitions, expression }: RevisionInputs): Promise<string> {
  const revision = createHash('sha256');
  revision.update(`${GENERATOR_VERSION}\n${serialize(definitions)}\n`);
  for (const { file, priority, sha256 } of indices)
    revision.update(`${basename(file)} ${priority} ${sha256}\n`);
  for (const file of await filesBelow(expression)) {
    revision.update(`${relative(expression, file)} ${await sha256Of(file)}\n`);
  }
  return revision.digest('hex').slice(0, 32);
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
