import { isAbsolute, resolve } from 'node:path';

/** As build/electron-builder.json registers them; `.json` alone too, which people name their documents. */
const DOCUMENT = /\.(json|strata)$/;

/** The documents that a command line names, absolute. Options, and Electron's own arguments, are none. */
export function documentArguments(argv: readonly string[], workingDirectory: string): string[] {
  return argv
    .slice(1)
    .filter((argument) => !argument.startsWith('-') && DOCUMENT.test(argument))
    .map((path) => (isAbsolute(path) ? path : resolve(workingDirectory, path)));
}
