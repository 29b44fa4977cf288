import { EventEmitter } from 'node:events';
import type {
  BrowserWindowConstructorOptions,
  MenuItemConstructorOptions,
  OpenDialogOptions,
  Rectangle,
} from 'electron';
import type { ElectronMain } from '../../../src/main/electron/electron-main.ts';

type RequestHandler = (request: Request) => Promise<Response>;

class FakeWebContents extends EventEmitter {
  readonly sent: unknown[][] = [];
  readonly mainFrame = {
    url: 'strata://app/index.html',
    parent: null,
    posted: [] as unknown[][],
    postMessage: (...message: unknown[]) => void this.mainFrame.posted.push(message),
  };
  openHandler: ((details: { url: string }) => { action: string }) | undefined;
  send(...message: unknown[]): void {
    this.sent.push(message);
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }
}

/** What a window of Electron does as far as the entry sees: closing asks, and may be prevented. */
class FakeWindow extends EventEmitter {
  static readonly all: FakeWindow[] = [];
  static focused: FakeWindow | null = null;
  static onCreated: (contents: FakeWebContents) => void = () => {};
  readonly webContents = new FakeWebContents();
  readonly options: BrowserWindowConstructorOptions;
  url = '';
  title = '';
  edited = false;
  isGone = false;
  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
    FakeWindow.all.push(this);
    FakeWindow.focused = this;
    FakeWindow.onCreated(this.webContents);
  }
  static getFocusedWindow = () => FakeWindow.focused;
  static fromWebContents = (contents: FakeWebContents) =>
    FakeWindow.all.find((window) => window.webContents === contents) ?? null;
  async loadURL(url: string): Promise<void> {
    this.url = url;
  }
  show(): void {}
  maximize(): void {}
  restore(): void {}
  isMinimized = () => false;
  isMaximized = () => false;
  getNormalBounds = (): Rectangle => ({ x: 10, y: 20, width: 1000, height: 700 });
  focus(): void {
    FakeWindow.focused = this;
  }
  setTitle(title: string): void {
    this.title = title;
  }
  setRepresentedFilename(): void {}
  setDocumentEdited(edited: boolean): void {
    this.edited = edited;
  }
  close(): void {
    let prevented = false;
    this.emit('close', { preventDefault: () => (prevented = true) });
    if (prevented) return;
    this.isGone = true;
    if (FakeWindow.focused === this) FakeWindow.focused = null;
    this.emit('closed');
  }
}

class FakePort {}

/** An Electron that does nothing but remember. `electron` is what the entry gets. */
export function fakeElectron(userData: string, { isFirstInstance = true } = {}) {
  FakeWindow.all.length = 0;
  FakeWindow.focused = null;
  const log: string[] = [];
  const app = Object.assign(new EventEmitter(), {
    isPackaged: true,
    recent: [] as string[],
    setName: () => {},
    getPath: () => userData,
    requestSingleInstanceLock: () => isFirstInstance,
    enableSandbox: () => void log.push('sandbox'),
    whenReady: async () => void log.push('ready'),
    addRecentDocument: (path: string) => void app.recent.push(path),
    quit: () => {
      log.push('quit');
      let prevented = false;
      app.emit('will-quit', { preventDefault: () => (prevented = true) });
      if (!prevented) log.push('gone');
    },
  });
  FakeWindow.onCreated = (contents) => app.emit('web-contents-created', {}, contents);

  const children: (EventEmitter & { messages: unknown[][]; module: string; killed: boolean })[] = [];
  const handlers = new Map<string, (event: unknown, argument?: unknown) => unknown>();
  const ipcMain = Object.assign(new EventEmitter(), {
    handle: (channel: string, handler: (event: unknown, argument?: unknown) => unknown) =>
      void handlers.set(channel, handler),
  });
  const permissions: Record<string, (...args: never[]) => unknown> = {};
  const dialogs: OpenDialogOptions[] = [];
  const opened: string[] = [];
  const revealed: string[] = [];
  let menu: MenuItemConstructorOptions[] = [];
  let requestHandler: RequestHandler | undefined;
  const schemes: unknown[] = [];

  const electron = {
    app,
    BrowserWindow: FakeWindow,
    dialog: {
      showOpenDialog: async (_window: unknown, options: OpenDialogOptions) => {
        dialogs.push(options);
        return { canceled: false, filePaths: ['/home/me/web.strata.json'] };
      },
      showSaveDialog: async () => ({ canceled: true, filePath: '' }),
      showErrorBox: (title: string) => void log.push(title),
    },
    ipcMain,
    Menu: {
      buildFromTemplate: (template: MenuItemConstructorOptions[]) => template,
      setApplicationMenu: (template: MenuItemConstructorOptions[]) => {
        menu = template;
      },
    },
    MessageChannelMain: class {
      readonly port1 = new FakePort();
      readonly port2 = new FakePort();
    },
    protocol: {
      registerSchemesAsPrivileged: (added: unknown[]) => {
        log.push('scheme');
        schemes.push(...added);
      },
      handle: (_scheme: string, handler: RequestHandler) => {
        requestHandler = handler;
      },
    },
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (handler: (...args: never[]) => unknown) => {
          permissions.request = handler;
        },
        setPermissionCheckHandler: (handler: (...args: never[]) => unknown) => {
          permissions.check = handler;
        },
        setDevicePermissionHandler: (handler: () => unknown) => {
          permissions.device = handler;
        },
      },
    },
    shell: {
      openExternal: async (url: string) => void opened.push(url),
      showItemInFolder: (path: string) => void revealed.push(path),
    },
    utilityProcess: {
      fork: (module: string) => {
        const child = Object.assign(new EventEmitter(), {
          module,
          killed: false,
          messages: [] as unknown[][],
          postMessage(...message: unknown[]) {
            child.messages.push(message);
            const [data] = message as [{ choose?: string }];
            if (data.choose !== undefined)
              queueMicrotask(() => child.emit('message', { chosen: data.choose }));
            if (message[0] === 'close') queueMicrotask(() => child.emit('exit', 0));
          },
          kill() {
            child.killed = true;
          },
        });
        children.push(child);
        return child;
      },
    },
  };

  return {
    electron: electron as unknown as ElectronMain,
    app,
    log,
    schemes,
    windows: FakeWindow.all,
    children,
    permissions,
    dialogs,
    opened,
    revealed,
    menu: () => menu,
    requestHandler: () => requestHandler,
    /** A message of the page of a window; `url` and `parent` say which frame it is from. */
    send(
      window: FakeWindow,
      channel: string,
      argument?: unknown,
      frame: object = window.webContents.mainFrame,
    ) {
      ipcMain.emit(channel, { sender: window.webContents, senderFrame: frame }, argument);
    },
    invoke(
      window: FakeWindow,
      channel: string,
      argument?: unknown,
      frame: object = window.webContents.mainFrame,
    ) {
      return handlers.get(channel)?.({ sender: window.webContents, senderFrame: frame }, argument);
    },
  };
}
