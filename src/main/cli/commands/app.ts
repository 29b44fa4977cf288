import { homedir } from 'node:os';
import { resolve } from 'node:path';
import packageJson from '../../../../package.json' with { type: 'json' };
import { ownCacheDirectory, ownDataDirectory } from '../../files/own-directory.ts';
import { openApp } from '../../shell/open-app.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

export const addAppCommand: AddCommand = (program, run) => {
  program
    .command('app')
    .description(
      'Open the app: in Electron, else in a window of Chromium, else at an address that is printed.',
    )
    .argument('[documents...]', '*.strata.json documents to open')
    .action(run(app));
};

async function app({ terminal, signal }: CommandContext, documents: readonly string[]): Promise<number> {
  await openApp({
    cacheDirectory: ownCacheDirectory(),
    dataDirectory: ownDataDirectory(),
    homeDirectory: homedir(),
    workingDirectory: process.cwd(),
    version: packageJson.version,
    documents: documents.map((document) => resolve(document)),
    env: process.env,
    signal,
    note: (line) => terminal.note(line),
    show: (address) => {
      terminal.print(address);
      terminal.note(
        'Open this address in a browser on this machine, or through an SSH tunnel. Ctrl-C stops the app.',
      );
    },
  });
  return EXIT.ok;
}
