import { homedir } from 'node:os';
import { resolve } from 'node:path';
import packageJson from '../../../../package.json' with { type: 'json' };
import { ownCacheDirectory, ownDataDirectory } from '../../files/own-directory.ts';
import { resourcePath } from '../../files/paths.ts';
import { offerAddresses } from '../../shell/offer-addresses.ts';
import { serveApp } from '../../shell/serve-app.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { collect } from '../options.ts';
import { parseCount } from '../parse-count.ts';

interface ServeOptions {
  readonly port: number;
  readonly address?: string;
  readonly hostName?: readonly string[];
  readonly files?: readonly string[];
  readonly run: boolean;
}

export const addServeCommand: AddCommand = (program, run) => {
  program
    .command('serve')
    .description(
      'Serve the app to a browser and print the address to open. Loopback only, unless told otherwise.',
    )
    .argument('[document]', 'a *.strata.json document to open')
    .option('--port <port>', '0 for any that is free', parseCount, 0)
    .option('--address <address>', 'address to listen on; 127.0.0.1 where it is left out')
    .option(
      '--host-name <name>',
      'a further name by which browsers may call this server; repeatable',
      collect,
    )
    .option('--files <directory>', 'a further directory that windows may use; repeatable', collect)
    .option('--no-run', 'let no window run an image')
    .action(run(serve));
};

async function serve(
  { terminal, signal }: CommandContext,
  document: string | undefined,
  { port, address, hostName, files, run: mayRun }: ServeOptions,
): Promise<number> {
  const server = await serveApp({
    cacheDirectory: ownCacheDirectory(),
    dataDirectory: ownDataDirectory(),
    homeDirectory: homedir(),
    workingDirectory: process.cwd(),
    version: packageJson.version,
    staticDirectory: resourcePath('out', 'renderer'),
    port,
    mayRun,
    ...(address === undefined ? {} : { address }),
    ...(hostName === undefined ? {} : { hostNames: hostName }),
    ...(files === undefined ? {} : { fileRoots: files.map((directory) => resolve(directory)) }),
  });
  try {
    await offerAddresses(server, {
      open: document === undefined ? undefined : resolve(document),
      show: terminal.print,
      signal,
    });
  } finally {
    await server.close();
  }
  return EXIT.ok;
}
