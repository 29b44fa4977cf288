import { isAbsolute, resolve } from 'node:path';

/** The documents that a command line names, absolute. Options, and Electron's own arguments, are none. */
export function documentArguments(argv: readonly string[], workingDirectory: string): string[] {
  return argv
    .slice(1)
    .filter((argument) => !argument.startsWith('-') && argument.endsWith('.json'))
    .map((path) => (isAbsolute(path) ? path : resolve(workingDirectory, path)));
}
