import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serveApp } from '../../../src/main/shell/serve-app.ts';

/** The host behind the browser shell, in a directory of its own; prints the address that opens it. */
const [, , directory = ''] = process.argv;
const staticDirectory = join(directory, 'renderer');
mkdirSync(staticDirectory);
writeFileSync(join(staticDirectory, 'index.html'), '');
const server = await serveApp({
  cacheDirectory: join(directory, 'cache'),
  dataDirectory: join(directory, 'data'),
  homeDirectory: directory,
  workingDirectory: directory,
  version: '0.0.0',
  staticDirectory,
  port: 0,
});
console.log(server.newAddress());
process.on('SIGTERM', async () => {
  await server.close();
  process.exit(0);
});
