import { once } from 'node:events';
import packageJson from '../../../../package.json' with { type: 'json' };
import type { PackageSource } from '../../../shared/document.ts';
import { StrataError } from '../../../shared/errors.ts';
import { ownCacheDirectory, ownDataDirectory } from '../../files/own-directory.ts';
import { logFile } from '../../files/paths.ts';
import { openLog } from '../../log/log.ts';
import { startRegistryServer } from '../../serve-registry/server.ts';
import { openBlobStoreIn } from '../../store/blob-store.ts';
import { buildOnPull } from '../../verbs/build-on-pull.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { parseCount } from '../parse-count.ts';
import { parseOneSource } from '../source-options.ts';

interface RegistryCommandOptions {
  readonly port: number;
  readonly source?: PackageSource;
  readonly buildTimeout?: number;
}

export const addRegistryCommand: AddCommand = (program, run) => {
  program
    .command('registry')
    .description(
      'Serve a read-only registry on this machine that builds what is pulled: 127.0.0.1:PORT/shell/git/htop.',
    )
    .option('--port <port>', '0 for any that is free', parseCount, 0)
    .option('--source <source>', 'as for build (auto); a tag names a channel or commit of it', parseOneSource)
    .option('--build-timeout <seconds>', 'cancel a build that takes longer', parseCount)
    .action(run(registry));
};

async function registry(
  { terminal, signal, verbose }: CommandContext,
  { port, source = { type: 'auto' }, buildTimeout }: RegistryCommandOptions,
): Promise<number> {
  const cache = ownCacheDirectory();
  const log = openLog(logFile(ownDataDirectory(), 'registry'));
  const onBug = (error: unknown): void => log.failure('A bug', error);
  process.on('uncaughtException', onBug);
  const store = await openBlobStoreIn(cache);
  try {
    const server = await startRegistryServer({
      port,
      onPull: buildOnPull({ store, source, cacheDirectory: cache, nix: { options: [] } }),
      ...(buildTimeout === undefined ? {} : { buildTimeoutMs: buildTimeout * 1000 }),
      onAsked({ image, error }) {
        if (error === undefined) {
          terminal.note(`${image}: given`);
          log.info(`${image}: given`);
          return;
        }
        const isRefused = error instanceof StrataError;
        const reason = isRefused ? error.message : verbose && error instanceof Error ? error.stack : error;
        terminal.note(`${image}: ${isRefused ? 'refused' : 'failed'}: ${reason}`);
        log.failure(image, error);
      },
      onBug,
    });
    try {
      terminal.print(server.address);
      log.info(`Strata ${packageJson.version} serves ${server.address} as process ${process.pid}`);
      terminal.note(
        `skopeo copy --src-tls-verify=false docker://${server.address}/shell/git oci-archive:git.tar`,
      );
      if (!signal.aborted) await once(signal, 'abort');
    } finally {
      await server.stop();
      log.info(`Process ${process.pid} ended`);
    }
  } finally {
    process.off('uncaughtException', onBug);
    store.close();
  }
  return EXIT.ok;
}
