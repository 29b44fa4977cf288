import { z } from 'zod';
import { DIGEST } from '../engine/oci/digest.ts';
import { StrataError } from './errors.ts';
import { packageSourceSchema, sourceNameSchema } from './package-sources.ts';
import { describeIssue } from './parse-document.ts';

/** The version of the lock format that this program reads and writes. */
const LOCK_VERSION = 1;

const narHash = z
  .string()
  .regex(/^sha256-[A-Za-z0-9+/]{43}=$/, 'a hash such as sha256-…=, as Nix writes it')
  .describe('SHA-256 of the NAR serialisation, as SRI.');

const lockedSourceSchema = z.strictObject({
  original: packageSourceSchema.describe('As the document had it: another one is not locked.'),
  locked: packageSourceSchema.describe(
    'What is taken in its place. Relative paths are relative to the document.',
  ),
  revision: z.string().nullable().describe('Commit or version; null where it is known by its hash alone.'),
  narHash: narHash
    .optional()
    .describe('Of its files; left out for the starter set, which its revision names.'),
  overlays: z
    .array(narHash)
    .optional()
    .describe('Of the overlays among its import arguments, in their order.'),
});
export type LockedSource = z.infer<typeof lockedSourceSchema>;

/** A `*.strata.lock` file: what a document's sources were when it was written. docs/lock.md describes it. */
export const lockSchema = z.strictObject({
  version: z.literal(LOCK_VERSION),
  source: lockedSourceSchema.optional().describe('The source without a name.'),
  sources: z.record(sourceNameSchema, lockedSourceSchema).optional(),
  base: z
    .strictObject({
      original: z.string().min(1).describe('As the document had it.'),
      digest: z.string().regex(DIGEST, 'a digest such as sha256:…'),
    })
    .optional()
    .describe('The base image.'),
  files: z
    .record(z.string().min(1), narHash)
    .optional()
    .describe('Local files and directories, by their place in the document’s words.'),
});
export type Lock = z.infer<typeof lockSchema>;

export const EMPTY_LOCK: Lock = { version: LOCK_VERSION };

/** @param place what to call it in messages. @throws StrataError `invalid-document`, naming every problem with its place. */
export function parseLock(text: string, place: string): Lock {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const isMerged = /^(<<<<<<<|=======|>>>>>>>)/m.test(text);
    const why = isMerged ? 'it has the marks of a merge that is to be settled' : (cause as Error).message;
    throw damaged(`${place} is not JSON: ${why}.`, cause);
  }
  const { success, data: found } = z.looseObject({ version: z.number() }).safeParse(value);
  if (success && found.version > LOCK_VERSION) {
    throw new StrataError(
      'invalid-document',
      `${place} has version ${found.version}; this Strata reads version ${LOCK_VERSION}.`,
      { hint: 'Use a newer Strata.' },
    );
  }
  const result = lockSchema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => describeIssue(issue, 'the lock'));
  throw damaged(`${place}: ${problems.join('; ')}`, result.error);
}

function damaged(message: string, cause: unknown): StrataError {
  return new StrataError('invalid-document', message, {
    hint: 'A lock is written by `strata lock`: take it as it was from version control, or remove it and lock again.',
    cause,
  });
}

/** A lock as text: two spaces, names in ascending order, a newline at the end: the same for the same lock. */
export function formatLock(lock: Lock): string {
  const { version, source, sources = {}, base, files = {} } = lockSchema.parse(lock);
  const sorted = {
    version,
    source,
    sources: orUndefined(sources),
    base,
    files: orUndefined(files),
  };
  return `${JSON.stringify(sorted, null, 2)}\n`;
}

function orUndefined<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> | undefined {
  const entries = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** What a lock has of a source; null names the one without a name. */
export function lockedEntry(lock: Lock, name: string | null): LockedSource | undefined {
  if (name === null) return lock.source;
  return lock.sources && Object.hasOwn(lock.sources, name) ? lock.sources[name] : undefined;
}
