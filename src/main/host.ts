import { homedir } from 'node:os';
import packageJson from '../../package.json' with { type: 'json' };
import { ownCacheDirectory, ownDataDirectory } from './files/own-directory.ts';
import { logFile } from './files/paths.ts';
import { connectPort } from './host/connections.ts';
import { createHost } from './host/create-host.ts';
import { openLog } from './log/log.ts';

/**
 * The host in Electron: a utility process that the entry forks. Each message that it gets brings the port of a window.
 */
const dataDirectory = ownDataDirectory();
const host = createHost({
  cacheDirectory: ownCacheDirectory(),
  dataDirectory,
  workingDirectory: homedir(),
  homeDirectory: homedir(),
  version: packageJson.version,
  shell: 'electron',
  fileRoots: [],
});

host.catch((error: unknown) => {
  openLog(logFile(dataDirectory, 'host')).failure('The host could not begin', error);
  process.exit(1);
});

// What nothing awaited. The host goes on for what else its windows do.
const onUncaught = (error: unknown): void => void host.then((begun) => begun.onUncaught(error));
process.on('uncaughtException', onUncaught);
process.on('unhandledRejection', onUncaught);

process.parentPort.on('message', async ({ data, ports: [port] }) => {
  if (data === 'close') {
    await (await host).close();
    process.exit(0);
  }
  if (isChoice(data)) {
    // What cannot be remembered is refused later, by its path and in words.
    await (await host).choose(data.choose).catch(onUncaught);
    process.parentPort.postMessage({ chosen: data.choose });
  }
  if (port !== undefined) connectPort(await host, port);
});

function isChoice(data: unknown): data is { readonly choose: string } {
  return typeof data === 'object' && data !== null && 'choose' in data && typeof data.choose === 'string';
}
