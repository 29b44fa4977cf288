import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FileAccess } from '../files/file-access.ts';
import { type ImageLocation, parseLocation } from '../images/location.ts';

export interface LocateServices {
  readonly files: FileAccess;
  readonly workingDirectory: string;
  readonly homeDirectory: string;
}

/**
 * Where an image is, in the words of the user, with nothing relative left in it.
 *
 * @throws StrataError `usage` for what is no location, `file-system` for a file out of bounds
 */
export async function locateImage(text: string, services: LocateServices): Promise<ImageLocation> {
  const { files, workingDirectory, homeDirectory } = services;
  const absolute = (path: string): string =>
    resolve(workingDirectory, path.replace(/^~(?=\/|$)/, homeDirectory));
  const location = parseLocation(text.trim(), (path) => existsSync(absolute(path)));
  if (location.type === 'registry') return location;
  return { ...location, path: await files.check(absolute(location.path)) };
}
