import { constants } from 'node:fs';
import { access, mkdir, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Directory } from '../../shared/contract/files.ts';
import { StrataError } from '../../shared/errors.ts';
import type { FileAccess } from '../files/file-access.ts';
import { fileSystemError } from '../files/file-system-error.ts';

export interface BrowseRequest {
  readonly path: string;
  readonly hidden: boolean;
  readonly suffixes: readonly string[];
}

export interface Place {
  readonly title: string;
  readonly path: string;
}

/** The entries of a directory, for the file picker of the browser shell. */
export async function browse(
  request: BrowseRequest,
  files: FileAccess,
  places: readonly Place[],
): Promise<Directory> {
  const path = await files.check(request.path);
  const found = await readdir(path).catch((error: unknown) => {
    throw fileSystemError(error, 'read', request.path);
  });
  const shown = found.filter((name) => request.hidden || !name.startsWith('.'));
  const entries = (await Promise.all(shown.map((name) => describe(join(path, name))))).filter(
    (entry) =>
      entry !== undefined &&
      (entry.kind === 'directory' ||
        request.suffixes.length === 0 ||
        request.suffixes.some((suffix) => entry.name.endsWith(suffix))),
  );
  const parent = dirname(path);
  return {
    path,
    parent: parent !== path && (await isAllowed(parent, files)) ? parent : null,
    writable: await access(path, constants.W_OK).then(
      () => true,
      () => false,
    ),
    entries: entries.filter((entry) => entry !== undefined).sort(byKindAndName),
    places: [...places],
  };
}

/** @throws StrataError `file-system` */
export async function createDirectory(parent: string, name: string, files: FileAccess): Promise<string> {
  if (name === '.' || name === '..' || /[/\0]/.test(name)) {
    throw new StrataError('file-system', `${JSON.stringify(name)} is not a name for a directory.`);
  }
  const path = join(await files.check(parent), name);
  await mkdir(path).catch((error: unknown) => {
    throw fileSystemError(error, 'write', path);
  });
  return path;
}

type Entry = Directory['entries'][number];

function byKindAndName(a: Entry, b: Entry): number {
  if (a.kind !== b.kind) return a.kind === 'directory' ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

/** undefined for what is gone by now, or is neither a file nor a directory. */
async function describe(path: string): Promise<Entry | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() && !found?.isDirectory()) return undefined;
  return {
    name: basename(path),
    path,
    kind: found.isDirectory() ? 'directory' : 'file',
    sizeBytes: found.isDirectory() ? 0 : found.size,
    modifiedAt: new Date(found.mtimeMs).toISOString(),
  };
}

async function isAllowed(path: string, files: FileAccess): Promise<boolean> {
  return files.check(path).then(
    () => true,
    () => false,
  );
}
