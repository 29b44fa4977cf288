import type { MenuItemConstructorOptions } from 'electron';
import type { ShellCommand } from '../../shared/contract/bridge.ts';

export interface MenuOptions {
  readonly isMac: boolean;
  /** Shows what only a developer needs. */
  readonly isDevelopment: boolean;
  readonly appName: string;
  /** Tells the window in front. */
  readonly send: (command: ShellCommand) => void;
  readonly newWindow: () => void;
}

/** The native menu. What it does is done by the window in front, so that both shells have the same commands. */
export function menuTemplate({
  isMac,
  isDevelopment,
  appName,
  send,
  newWindow,
}: MenuOptions): MenuItemConstructorOptions[] {
  const item = (
    label: string,
    type: Exclude<ShellCommand['type'], 'open-file'>,
    accelerator?: string,
  ): MenuItemConstructorOptions => ({
    label,
    click: () => send({ type }),
    ...(accelerator === undefined ? {} : { accelerator }),
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };

  const appMenu: MenuItemConstructorOptions = {
    label: appName,
    submenu: [
      item(`About ${appName}`, 'about'),
      separator,
      item('Settings…', 'settings', 'Command+,'),
      separator,
      { role: 'services' },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' },
    ],
  };
  const file: MenuItemConstructorOptions = {
    label: '&File',
    submenu: [
      item('New', 'new', 'CommandOrControl+N'),
      { label: 'New Window', accelerator: 'CommandOrControl+Shift+N', click: newWindow },
      item('Open…', 'open', 'CommandOrControl+O'),
      { role: 'recentDocuments', submenu: [{ role: 'clearRecentDocuments' }] },
      separator,
      item('Save', 'save', 'CommandOrControl+S'),
      item('Save As…', 'save-as', 'CommandOrControl+Shift+S'),
      item('Export Image…', 'export', 'CommandOrControl+E'),
      separator,
      ...(isMac ? [] : [item('Settings…', 'settings', 'Control+,'), separator]),
      { role: 'close' },
      ...(isMac ? [] : [{ role: 'quit' } as const]),
    ],
  };
  const edit: MenuItemConstructorOptions = {
    label: '&Edit',
    submenu: [
      item('Undo', 'undo', 'CommandOrControl+Z'),
      item('Redo', 'redo', isMac ? 'Command+Shift+Z' : 'Control+Y'),
      separator,
      { role: 'cut' },
      { role: 'copy' },
      { role: 'paste' },
      { role: 'selectAll' },
      separator,
      item('Find…', 'find', 'CommandOrControl+F'),
      item('Command Palette…', 'command-palette', 'CommandOrControl+K'),
    ],
  };
  const image: MenuItemConstructorOptions = {
    label: '&Image',
    submenu: [item('Build', 'build', 'CommandOrControl+B')],
  };
  const view: MenuItemConstructorOptions = {
    label: '&View',
    submenu: [
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      separator,
      { role: 'togglefullscreen' },
      ...(isDevelopment ? [separator, { role: 'reload' } as const, { role: 'toggleDevTools' } as const] : []),
    ],
  };
  const help: MenuItemConstructorOptions = {
    role: 'help',
    submenu: [...(isMac ? [] : [item(`About ${appName}`, 'about')])],
  };
  return [...(isMac ? [appMenu] : []), file, edit, image, view, { role: 'windowMenu' }, help];
}
