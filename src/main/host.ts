import { homedir } from 'node:os';
import packageJson from '../../package.json' with { type: 'json' };
import { ownCacheDirectory, ownDataDirectory } from './files/own-directory.ts';
import { connectPort } from './host/connections.ts';
import { createHost } from './host/create-host.ts';

/**
 * The host in Electron: a utility process that the entry forks. Each message that it gets brings the port of a window.
 */
const host = createHost({
  cacheDirectory: ownCacheDirectory(),
  dataDirectory: ownDataDirectory(),
  workingDirectory: homedir(),
  homeDirectory: homedir(),
  version: packageJson.version,
  shell: 'electron',
  fileRoots: null,
});

process.parentPort.on('message', async ({ data, ports: [port] }) => {
  if (data === 'close') {
    await (await host).close();
    process.exit(0);
  }
  if (port !== undefined) connectPort(await host, port);
});
