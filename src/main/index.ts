import { join } from 'node:path';
import * as electron from 'electron';
import { listenForBugs, refuseToBegin } from './electron/report-bugs.ts';
import { startApp } from './electron/start-app.ts';

/** The Electron entry. Not awaited: Electron becomes ready only once this module has run to its end. */
async function start(): Promise<void> {
  listenForBugs(electron, process);
  await startApp(electron, {
    outDirectory: join(import.meta.dirname, '..'),
    argv: process.argv,
    workingDirectory: process.cwd(),
    platform: process.platform,
  });
}

start().catch((error: unknown) => refuseToBegin(electron, error));
