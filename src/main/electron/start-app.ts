import { join } from 'node:path';
import { PRIVILEGED_SCHEME, serveWindow } from './app-scheme.ts';
import { answerBridge } from './bridge-requests.ts';
import type { ElectronMain } from './electron-main.ts';
import { documentArguments } from './file-arguments.ts';
import { denyNavigation, limitPermissions } from './harden.ts';
import { startHost } from './host-process.ts';
import { menuTemplate } from './menu.ts';
import { createWindows, windowStateFile } from './windows.ts';

export interface StartOptions {
  /** The directory of the bundles: holds `main`, `preload` and `renderer`. */
  readonly outDirectory: string;
  readonly argv: readonly string[];
  readonly workingDirectory: string;
  readonly platform: NodeJS.Platform;
}

/** Starts the desktop app. Everything that matters is in the host and in the window; this only brings them together. */
export async function startApp(electron: ElectronMain, options: StartOptions): Promise<void> {
  const { app, Menu, protocol, session, dialog } = electron;
  app.setName('Strata');
  // The second instance hands its documents to the first and is gone.
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([PRIVILEGED_SCHEME]);
  app.on('web-contents-created', (_event, contents) => denyNavigation(contents, electron));

  const early: string[] = [];
  let openDocument = async (path: string): Promise<void> => void early.push(path);
  app.on('open-file', (event, path) => {
    event.preventDefault();
    void openDocument(path);
  });

  await app.whenReady();
  const isMac = options.platform === 'darwin';
  limitPermissions(session.defaultSession);
  serveWindow(electron, join(options.outDirectory, 'renderer'));
  const host = startHost(electron, {
    module: join(options.outDirectory, 'main', 'host.js'),
    onCrash: (exitCode) =>
      dialog.showErrorBox(
        'Strata’s host ended unexpectedly',
        `What was running is lost (exit code ${exitCode}); documents and unsaved work are kept. The windows connect to a new host.`,
      ),
  });
  const windows = createWindows(electron, {
    preload: join(options.outDirectory, 'preload', 'index.cjs'),
    stateFile: windowStateFile(app.getPath('userData')),
    onAllClosed: () => {
      if (!isMac) app.quit();
    },
  });
  answerBridge(electron, host, windows);
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      menuTemplate({
        isMac,
        isDevelopment: !app.isPackaged,
        appName: 'Strata',
        send: windows.send,
        newWindow: () => windows.open(null),
      }),
    ),
  );

  openDocument = async (path) => {
    await host.choose(path);
    windows.openDocument(path);
  };
  app.on('second-instance', (_event, argv, workingDirectory) => {
    const paths = documentArguments(argv, workingDirectory);
    for (const path of paths) void openDocument(path);
    if (paths.length === 0) windows.open(null);
  });
  app.on('activate', () => {
    if (windows.count === 0) windows.open(null);
  });
  // Without a listener Electron would quit by itself; on a Mac an app lives on without windows.
  app.on('window-all-closed', () => {});
  quitAfterHost(electron, () => host.close());

  const paths = [...early, ...documentArguments(options.argv, options.workingDirectory)];
  for (const path of paths) await openDocument(path);
  if (paths.length === 0) windows.open(null);
}

/** Waits with the end of the app until the host has cancelled what runs. */
function quitAfterHost({ app }: Pick<ElectronMain, 'app'>, close: () => Promise<void>): void {
  let closed = false;
  app.on('will-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    void close().finally(() => {
      closed = true;
      app.quit();
    });
  });
}
