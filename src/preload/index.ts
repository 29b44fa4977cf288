import { contextBridge, type IpcRendererEvent, ipcRenderer, webUtils } from 'electron';
import { CHANNELS, PORT_MESSAGE, type ShellBridge, type ShellCommand } from '../shared/contract/bridge.ts';

// The window that this runs in; the types of the DOM belong to the renderer.
declare const window: {
  readonly location: { readonly origin: string };
  postMessage(message: unknown, targetOrigin: string, transfer: readonly unknown[]): void;
};

// A port cannot cross the context bridge, so it goes on as a message to the page.
ipcRenderer.on(CHANNELS.port, (event) => {
  window.postMessage(PORT_MESSAGE, window.location.origin, event.ports);
});

const bridge: ShellBridge = {
  platform: process.platform,
  requestPort: () => ipcRenderer.send(CHANNELS.requestPort),
  openDialog: (request) => ipcRenderer.invoke(CHANNELS.openDialog, request),
  saveDialog: (request) => ipcRenderer.invoke(CHANNELS.saveDialog, request),
  pathOf: (file) => webUtils.getPathForFile(file as File),
  reveal: (path) => ipcRenderer.invoke(CHANNELS.reveal, path),
  setDocument: (state) => ipcRenderer.send(CHANNELS.setDocument, state),
  newWindow: (path) => ipcRenderer.send(CHANNELS.newWindow, path),
  closeWindow: () => ipcRenderer.send(CHANNELS.closeWindow),
  onCommand(listener) {
    const receive = (_event: IpcRendererEvent, command: ShellCommand): void => listener(command);
    ipcRenderer.on(CHANNELS.command, receive);
    return () => ipcRenderer.off(CHANNELS.command, receive);
  },
};

contextBridge.exposeInMainWorld('strataShell', bridge);
