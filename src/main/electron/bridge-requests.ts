import { isAbsolute } from 'node:path';
import type { IpcMainEvent, IpcMainInvokeEvent, OpenDialogOptions, SaveDialogOptions } from 'electron';
import { z } from 'zod';
import { CHANNELS } from '../../shared/contract/bridge.ts';
import type { ElectronMain } from './electron-main.ts';
import type { HostProcess } from './host-process.ts';
import { isFromOurPage } from './senders.ts';
import type { Windows } from './windows.ts';

const dialogSchema = z.strictObject({
  title: z.string().max(200),
  defaultPath: z.string().nullable(),
  filters: z.array(z.strictObject({ name: z.string(), extensions: z.array(z.string()) })).max(20),
  directory: z.boolean(),
});
const documentSchema = z.strictObject({
  title: z.string().max(500),
  path: z.string().nullable(),
  edited: z.boolean(),
});
const pathSchema = z.string().refine(isAbsolute, 'an absolute path');

/** Answers what the bridge of a window asks; only our own pages are listened to, and only well-formed requests. */
export function answerBridge(
  {
    BrowserWindow,
    dialog,
    ipcMain,
    shell,
  }: Pick<ElectronMain, 'BrowserWindow' | 'dialog' | 'ipcMain' | 'shell'>,
  host: HostProcess,
  windows: Windows,
): void {
  const on = (channel: string, listener: (event: IpcMainEvent, argument: unknown) => void): void => {
    ipcMain.on(channel, (event, argument: unknown) => {
      if (isFromOurPage(event)) listener(event, argument);
    });
  };
  const handle = <Result>(
    channel: string,
    answer: (event: IpcMainInvokeEvent, argument: unknown) => Promise<Result>,
  ): void => {
    ipcMain.handle(channel, (event, argument: unknown) => {
      if (!isFromOurPage(event)) throw new Error('Refused.');
      return answer(event, argument);
    });
  };

  /** The host knows a path before the window does, and takes it from no window. */
  const chosen = async (path: string | undefined): Promise<string | null> => {
    if (path === undefined) return null;
    await host.choose(path);
    return path;
  };

  on(CHANNELS.requestPort, ({ senderFrame }) => {
    if (senderFrame !== null) host.connect(senderFrame);
  });
  on(CHANNELS.setDocument, ({ sender }, argument) => {
    const document = documentSchema.safeParse(argument);
    if (document.success) windows.setDocument(sender, document.data);
  });
  on(CHANNELS.newWindow, (_event, argument) => {
    const path = pathSchema.nullable().safeParse(argument);
    if (path.success) windows.open(path.data);
  });
  on(CHANNELS.closeWindow, ({ sender }) => windows.close(sender));

  handle(CHANNELS.openDialog, async ({ sender }, argument) => {
    const request = dialogSchema.parse(argument);
    const options: OpenDialogOptions = {
      ...dialogOptions(request),
      properties: [request.directory ? 'openDirectory' : 'openFile', 'createDirectory'],
    };
    const window = BrowserWindow.fromWebContents(sender);
    const { canceled, filePaths } = await (window
      ? dialog.showOpenDialog(window, options)
      : dialog.showOpenDialog(options));
    return chosen(canceled ? undefined : filePaths[0]);
  });
  handle(CHANNELS.saveDialog, async ({ sender }, argument) => {
    const options: SaveDialogOptions = {
      ...dialogOptions(dialogSchema.parse(argument)),
      properties: ['createDirectory', 'showOverwriteConfirmation'],
    };
    const window = BrowserWindow.fromWebContents(sender);
    const { canceled, filePath } = await (window
      ? dialog.showSaveDialog(window, options)
      : dialog.showSaveDialog(options));
    return chosen(canceled || filePath === '' ? undefined : filePath);
  });
  handle(CHANNELS.reveal, async (_event, argument) => {
    shell.showItemInFolder(pathSchema.parse(argument));
  });
}

function dialogOptions({ title, defaultPath, filters }: z.infer<typeof dialogSchema>) {
  return { title, filters, ...(defaultPath === null ? {} : { defaultPath }) };
}
