import type { FileAccess } from '../files/file-access.ts';
import { type ImageLocation, locationFrom } from '../images/location.ts';

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
  const location = locationFrom(text, workingDirectory, homeDirectory);
  if (location.type === 'registry') return location;
  return { ...location, path: await files.check(location.path) };
}
