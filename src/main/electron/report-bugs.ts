import type { EventEmitter } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { StrataError } from '../../shared/errors.ts';
import { ownDataDirectory } from '../files/own-directory.ts';
import { logFile } from '../files/paths.ts';
import { openLog } from '../log/log.ts';
import type { ElectronMain } from './electron-main.ts';

/**
 * Hears of bugs in Electron's main process. Each is written down; the first is shown, in one line, where Electron
 * itself would show the stack of each. The windows and their host go on.
 *
 * @throws StrataError `file-system` where the data directory may not be used
 */
export function listenForBugs(
  { dialog }: Pick<ElectronMain, 'dialog'>,
  process: EventEmitter,
  env?: NodeJS.ProcessEnv,
): void {
  const file = logFile(ownDataDirectory(env), 'window');
  const log = openLog(file);
  let isShown = false;
  const onBug = (error: unknown): void => {
    log.failure('A bug in the main process', error);
    if (isShown) return;
    isShown = true;
    dialog.showErrorBox('Strata has a bug', `${firstLine(error)}\nWhat is open goes on. More is in ${file}.`);
  };
  process.on('uncaughtException', onBug);
  process.on('unhandledRejection', onBug);
}

/** Says why there is no window, and ends. */
export function refuseToBegin({ app, dialog }: Pick<ElectronMain, 'app' | 'dialog'>, error: unknown): void {
  const hint = error instanceof StrataError && error.hint !== undefined ? `\n${error.hint}` : '';
  dialog.showErrorBox('Strata could not begin', `${firstLine(error)}${hint}`);
  app.exit(1);
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return stripVTControlCharacters(text).split('\n', 1)[0] ?? '';
}
