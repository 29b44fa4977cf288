import { join } from 'node:path';
import type { BrowserWindow, BrowserWindowConstructorOptions, WebContents } from 'electron';
import { CHANNELS, type ShellCommand, type WindowDocument } from '../../shared/contract/bridge.ts';
import { APP_URL } from './app-scheme.ts';
import type { ElectronMain } from './electron-main.ts';
import { webPreferences } from './harden.ts';
import { placeWindow, readWindowState, writeWindowState } from './window-state.ts';

/** The app's windows: as many as are opened, all on one host. */
export interface Windows {
  /** @param path a document to open in it */
  open(path: string | null): void;
  /** Opens a document where it is in front already, else in a new window. */
  openDocument(path: string): void;
  /** Tells the window in front; opens one where there is none. */
  send(command: ShellCommand): void;
  setDocument(contents: WebContents, document: WindowDocument): void;
  /** Closes without asking. */
  close(contents: WebContents): void;
  readonly count: number;
}

export interface WindowsOptions {
  readonly preload: string;
  /** Where the place and size of the last window are kept. */
  readonly stateFile: string;
  readonly onAllClosed: () => void;
}

interface OpenWindow {
  readonly window: BrowserWindow;
  document: WindowDocument | undefined;
  /** The user was asked, or cannot be. */
  mayClose: boolean;
}

export function createWindows(
  { app, BrowserWindow, screen }: Pick<ElectronMain, 'app' | 'BrowserWindow' | 'screen'>,
  { preload, stateFile, onAllClosed }: WindowsOptions,
): Windows {
  const open = new Map<WebContents, OpenWindow>();

  const constructorOptions = (): BrowserWindowConstructorOptions => ({
    ...placeWindow(
      readWindowState(stateFile),
      open.size,
      screen.getAllDisplays().map(({ workArea }) => workArea),
    ),
    minWidth: 800,
    minHeight: 560,
    show: false,
    title: 'Strata',
    webPreferences: webPreferences(preload),
  });

  const remember = (window: BrowserWindow): void => {
    const state = { ...window.getNormalBounds(), maximized: window.isMaximized() };
    // Losing the place of a window is no reason to keep it from closing.
    writeWindowState(stateFile, state).catch(() => {});
  };

  const windows: Windows = {
    get count() {
      return open.size;
    },
    open(path) {
      const window = new BrowserWindow(constructorOptions());
      const entry: OpenWindow = { window, document: undefined, mayClose: false };
      const { webContents } = window;
      open.set(webContents, entry);
      window.once('ready-to-show', () => {
        if (readWindowState(stateFile)?.maximized) window.maximize();
        window.show();
      });
      window.on('close', (event) => {
        remember(window);
        if (entry.mayClose || !entry.document?.edited) return;
        event.preventDefault();
        webContents.send(CHANNELS.command, { type: 'close' } satisfies ShellCommand);
      });
      // Nobody can answer there; unsaved work is kept for recovery by the host.
      webContents.on('render-process-gone', () => {
        entry.mayClose = true;
      });
      window.on('unresponsive', () => {
        entry.mayClose = true;
      });
      window.on('responsive', () => {
        entry.mayClose = false;
      });
      window.once('closed', () => {
        open.delete(webContents);
        if (open.size === 0) onAllClosed();
      });
      const query = path === null ? '' : `?open=${encodeURIComponent(path)}`;
      void window.loadURL(`${APP_URL}${query}`);
    },
    openDocument(path) {
      const shown = [...open.values()].find(({ document }) => document?.path === path);
      if (shown === undefined) {
        windows.open(path);
        return;
      }
      if (shown.window.isMinimized()) shown.window.restore();
      shown.window.focus();
    },
    send(command) {
      const window = BrowserWindow.getFocusedWindow();
      if (window !== null) window.webContents.send(CHANNELS.command, command);
      else if (open.size === 0) windows.open(command.type === 'open-file' ? command.path : null);
    },
    setDocument(contents, document) {
      const entry = open.get(contents);
      if (entry === undefined) return;
      if (document.path !== null && document.path !== entry.document?.path)
        app.addRecentDocument(document.path);
      entry.document = document;
      entry.window.setTitle(`${document.edited ? '• ' : ''}${document.title} — Strata`);
      entry.window.setRepresentedFilename(document.path ?? '');
      entry.window.setDocumentEdited(document.edited);
    },
    close(contents) {
      const entry = open.get(contents);
      if (entry === undefined) return;
      entry.mayClose = true;
      entry.window.close();
    },
  };
  return windows;
}

/** Where the place of the last window is kept. */
export function windowStateFile(userData: string): string {
  return join(userData, 'window.json');
}
