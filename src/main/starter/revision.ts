import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { PackageDefinition } from './package-set.ts';

/** Counts up whenever the same lists and definitions would give another debset.json or popularity.json. */
const GENERATOR_VERSION = 1;

/** Names what the generator makes of these lists: equal revisions mean equal bytes. 32 hexadecimal digits. */
export async function computeRevision(
  indices: readonly string[],
  definitions: readonly PackageDefinition[],
): Promise<string> {
  const revision = createHash('sha256');
  revision.update(`${GENERATOR_VERSION}\n${serialize(definitions)}\n`);
  for (const index of indices) {
    const content = createHash('sha256');
    await pipeline(createReadStream(index), content);
    revision.update(`${basename(index)} ${content.digest('hex')}\n`);
  }
  return revision.digest('hex').slice(0, 32);
}

function serialize(definitions: readonly PackageDefinition[]): string {
  return JSON.stringify(definitions, (_, value: unknown) =>
    value instanceof RegExp ? String(value) : value,
  );
}
