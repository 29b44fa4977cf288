import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { throwIfCancelled } from '../../../shared/errors.ts';
import { readSealedJson, writeSealedJson } from '../../files/own-json.ts';
import { sha256Of } from '../../files/read-pieces.ts';
import { findIndices, type Machine, type PackagesIndex, readMachine } from './lists.ts';

const listsSchema = z.object({
  machine: z.object({ architecture: z.string(), system: z.string(), multiarch: z.string() }),
  /** Packages indices, ascending, with their priorities and the SHA-256 of their bytes. */
  indices: z.array(z.object({ file: z.string(), priority: z.number(), sha256: z.string() })),
});

/** What apt has on this machine. */
export interface PackageLists {
  readonly machine: Machine;
  readonly indices: readonly (PackagesIndex & { readonly sha256: string })[];
}

const memorySchema = z.object({ lists: listsSchema, marks: z.array(z.string()) });

/**
 * What decides which indices apt has, and their priorities (apt.conf(5), sources.list(5), apt_preferences(5)); of
 * directories, their files too.
 */
const DECIDING = [
  '/etc/apt/apt.conf',
  '/etc/apt/apt.conf.d',
  '/etc/apt/preferences',
  '/etc/apt/preferences.d',
  '/etc/apt/sources.list',
  '/etc/apt/sources.list.d',
  '/var/lib/dpkg/arch',
];

/**
 * The package lists of this machine. Asking apt for them and hashing them takes from half a second on, so the answer is
 * kept in `memory` with marks of all files that it came from, which change with any change of a file.
 *
 * @throws what {@link readMachine} and {@link findIndices} throw; Cancelled
 */
export async function knownLists(memory: string, signal?: AbortSignal): Promise<PackageLists> {
  const deciding = await marksOfDeciding();
  const kept = readSealedJson(memory, memorySchema);
  if (kept !== undefined) {
    const marks = [...deciding, ...(await marksOfIndices(kept.lists.indices))];
    if (marks.join('\n') === kept.marks.join('\n')) return kept.lists;
  }
  const machine = await readMachine(signal);
  const found = await findIndices(machine.architecture, signal);
  // Before they are read: what is replaced meanwhile has another mark the next time.
  const marks = [...deciding, ...(await marksOfIndices(found))];
  const indices: PackageLists['indices'][number][] = [];
  for (const index of found) {
    throwIfCancelled(signal);
    indices.push({ ...index, sha256: await sha256Of(index.file) });
  }
  const lists = { machine, indices };
  // A machine without lists is asked again; a memory that cannot be written costs time and nothing else.
  if (found.length > 0) await writeSealedJson(memory, { lists, marks }).catch(() => {});
  return lists;
}

async function marksOfDeciding(): Promise<string[]> {
  const named = process.env.APT_CONFIG;
  const files = [...DECIDING, ...(named ? [named] : [])];
  const marks = await Promise.all(
    files.map(async (file) => {
      const names = await readdir(file).catch(() => []);
      return Promise.all([file, ...names.toSorted().map((name) => join(file, name))].map(markOf));
    }),
  );
  return marks.flat();
}

/** Of the directories too: an index that is new is beside those that are known. */
async function marksOfIndices(indices: readonly { readonly file: string }[]): Promise<string[]> {
  const files = indices.map(({ file }) => file);
  return Promise.all([...new Set(files.map(dirname)), ...files].map(markOf));
}

/** A rename or a write changes inode or times, also one that keeps size and modification time. */
async function markOf(file: string): Promise<string> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  if (found === undefined) return `${file} -`;
  const { dev, ino, size, mtimeNs, ctimeNs } = found;
  return [file, dev, ino, size, mtimeNs, ctimeNs].join(' ');
}
