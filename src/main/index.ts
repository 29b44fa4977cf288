import { join } from 'node:path';
import * as electron from 'electron';
import { startApp } from './electron/start-app.ts';

/** The Electron entry. Not awaited: Electron becomes ready only once this module has run to its end. */
startApp(electron, {
  outDirectory: join(import.meta.dirname, '..'),
  argv: process.argv,
  workingDirectory: process.cwd(),
  platform: process.platform,
}).catch((error: unknown) => {
  console.error(error);
  electron.app.exit(1);
});
