import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const CHROMIUMS = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
  'brave-browser',
];

/** The first of these programs that PATH has; null where it has none. */
export function findProgram(names: readonly string[], path: string | undefined): string | null {
  for (const name of names) {
    for (const directory of (path ?? '').split(delimiter).filter(Boolean)) {
      const file = join(directory, name);
      if (isExecutable(file)) return file;
    }
  }
  return null;
}

/** A browser that shows an address in a window without tabs (`--app`). */
export function findChromium(path: string | undefined): string | null {
  return findProgram(CHROMIUMS, path);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
