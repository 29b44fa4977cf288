import type { Event, Session, WebContents, WebPreferences } from 'electron';
import { isAppUrl } from './app-scheme.ts';
import type { ElectronMain } from './electron-main.ts';

/** A window shows one page of ours and has no way to anything but the bridge. */
export function webPreferences(preload: string): WebPreferences {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    safeDialogs: true,
  };
}

/** What Copy needs: to write text, at the press of a button. Reading the clipboard is another permission. */
const GRANTED = 'clipboard-sanitized-write';

/** No camera, no location, no notification, no device: the app needs none of them. Only its own pages may copy. */
export function limitPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, decide, { requestingUrl }) =>
    decide(permission === GRANTED && isAppUrl(requestingUrl)),
  );
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => permission === GRANTED && isAppUrl(origin),
  );
  session.setDevicePermissionHandler(() => false);
}

/** Keeps every web contents on the page that it was opened with. */
export function denyNavigation(contents: WebContents, { shell }: Pick<ElectronMain, 'shell'>): void {
  contents.setWindowOpenHandler(({ url }) => {
    // The home page of a package opens in the user's browser; nothing ever opens here.
    if (URL.parse(url)?.protocol === 'https:') void shell.openExternal(url);
    return { action: 'deny' };
  });
  const stayHere = (event: Event & { readonly url: string }): void => {
    if (!isAppUrl(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stayHere);
  contents.on('will-frame-navigate', stayHere);
  contents.on('will-redirect', stayHere);
  contents.on('will-attach-webview', (event) => event.preventDefault());
}
