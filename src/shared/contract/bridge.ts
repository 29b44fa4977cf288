/**
 * What the preload puts on `window.strataShell` in Electron, where the operating system does what the browser shell
 * has no access to. In a browser it is undefined, and the window uses its own dialogs with `files.browse`.
 */
export interface ShellBridge {
  /** As process.platform. */
  readonly platform: string;
  /** Asks for a port to the host: it arrives as a `message` event of the window, `data` {@link PORT_MESSAGE}. */
  requestPort(): void;
  /** The file that the user chose, or null. */
  openDialog(request: FileDialog): Promise<string | null>;
  saveDialog(request: FileDialog): Promise<string | null>;
  /** Where a file or directory is that was dropped on the window; '' for what is on no disk. @param file a File of the DOM */
  pathOf(file: object): string;
  /** Shows a file in the file manager. */
  reveal(path: string): Promise<void>;
  /** Title, represented file and whether closing must ask first. */
  setDocument(state: WindowDocument): void;
  newWindow(path: string | null): void;
  /** Closes without asking again: the answer to the command `close` once the user has decided. */
  closeWindow(): void;
  /** Commands of the native menu. Returns a function that ends it. */
  onCommand(listener: (command: ShellCommand) => void): () => void;
}

export const PORT_MESSAGE = 'strata:port';

/** Channels between the preload and the Electron entry. */
export const CHANNELS = {
  requestPort: 'strata:request-port',
  port: PORT_MESSAGE,
  openDialog: 'strata:open-dialog',
  saveDialog: 'strata:save-dialog',
  reveal: 'strata:reveal',
  setDocument: 'strata:set-document',
  newWindow: 'strata:new-window',
  closeWindow: 'strata:close-window',
  command: 'strata:command',
} as const;

export interface FileDialog {
  readonly title: string;
  /** Where to start: a file for a save dialog, a directory otherwise. */
  readonly defaultPath: string | null;
  readonly filters: readonly { readonly name: string; readonly extensions: readonly string[] }[];
  /** To choose a directory rather than a file. */
  readonly directory: boolean;
}

export interface WindowDocument {
  readonly title: string;
  readonly path: string | null;
  readonly edited: boolean;
}

export const SHELL_COMMANDS = [
  'new',
  'open',
  'save',
  'save-as',
  'undo',
  'redo',
  'find',
  'build',
  'export',
  'command-palette',
  'settings',
  'about',
  'close',
] as const;

export type ShellCommand =
  | { readonly type: (typeof SHELL_COMMANDS)[number] }
  | { readonly type: 'open-file'; readonly path: string };
