/**
 * The host and the browser shell in a process of their own, so that a test can kill them:
 * `node host-process.ts CACHE DATA WORK WINDOW PORT`. Prints the port, then an address for each line that it reads: the
 * line is the document to open first, or empty.
 */
import { createInterface } from 'node:readline';
import { createHost } from '../../../../src/main/host/create-host.ts';
import { serve } from '../../../../src/main/shell/serve.ts';

const [cacheDirectory = '', dataDirectory = '', workingDirectory = '', staticDirectory = '', port = '0'] =
  process.argv.slice(2);
const host = await createHost({
  cacheDirectory,
  dataDirectory,
  workingDirectory,
  homeDirectory: workingDirectory,
  version: '0.0.0',
  shell: 'browser',
  fileRoots: [workingDirectory],
});
const server = await serve({ host, staticDirectory, port: Number(port) });
console.log(server.port);
for await (const line of createInterface({ input: process.stdin })) {
  console.log(server.newAddress(line === '' ? {} : { open: line }));
}
await server.close();
process.exit(0);
