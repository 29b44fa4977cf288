import { dirname, join } from 'node:path';
import { z } from 'zod';
import { lockFileOf } from '../documents/lock-file.ts';
import type { RecentDocuments } from '../documents/recent-documents.ts';
import { type FileAccess, isWithin } from '../files/file-access.ts';
import { createJsonFile } from '../files/own-json.ts';

/** What the user chose outside of a window, in dialogs of the system or by opening a document with Strata. */
export interface ChosenFiles {
  /** Allows what was chosen, now and after the next start. */
  choose(path: string): Promise<void>;
}

export interface ChosenFilesOptions {
  readonly files: FileAccess;
  readonly recent: RecentDocuments;
  readonly dataDirectory: string;
  readonly homeDirectory: string;
}

const KEPT = 200;
/** As build/electron-builder.json registers them. */
const DOCUMENT = /\.(json|strata)$/;

export async function openChosenFiles(options: ChosenFilesOptions): Promise<ChosenFiles> {
  const { files, recent, dataDirectory, homeDirectory } = options;
  const kept = createJsonFile(join(dataDirectory, 'chosen-files.json'), z.array(z.string()), () => []);
  const allow = async (path: string): Promise<void> => {
    for (const each of goesWith(path, homeDirectory)) await files.allow(each);
  };
  for (const path of await kept.read()) await allow(path);
  // A window could open them only because they were chosen.
  for (const { path } of await recent.list()) await allow(path);
  return {
    async choose(path) {
      await allow(path);
      await kept.update((paths) => [path, ...paths.filter((other) => other !== path)].slice(0, KEPT));
    },
  };
}

/** A document comes with its lock and with the files around it that it names, but never with the whole home directory. */
function goesWith(path: string, homeDirectory: string): readonly string[] {
  if (!DOCUMENT.test(path)) return [path];
  const directory = dirname(path);
  return isWithin(directory, homeDirectory) ? [path, lockFileOf(path)] : [directory];
}
