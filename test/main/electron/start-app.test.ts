import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { startApp } from '../../../src/main/electron/start-app.ts';
import { CHANNELS, PORT_MESSAGE, SHELL_COMMANDS } from '../../../src/shared/contract/bridge.ts';
import { temporaryDirectory } from '../documents/support.ts';
import { fakeElectron } from './fake-electron.ts';

async function started(argv: readonly string[] = ['strata'], { platform = 'linux' as NodeJS.Platform } = {}) {
  const outDirectory = temporaryDirectory();
  mkdirSync(join(outDirectory, 'renderer'));
  writeFileSync(join(outDirectory, 'renderer', 'index.html'), 'window');
  writeFileSync(join(outDirectory, 'secret.txt'), 'secret');
  const userData = temporaryDirectory();
  const fake = fakeElectron(userData);
  await startApp(fake.electron, { outDirectory, argv, workingDirectory: '/home/me', platform });
  return { ...fake, outDirectory, userData };
}

function firstWindow({ windows }: Awaited<ReturnType<typeof started>>) {
  const [window] = windows;
  if (window === undefined) throw new Error('No window is open.');
  return window;
}

describe('the desktop app', () => {
  it('prepares what must be so before Electron is ready', async () => {
    const { log, schemes } = await started();
    expect(log.slice(0, 3)).toEqual(['sandbox', 'scheme', 'ready']);
    expect(schemes).toEqual([
      { scheme: 'strata', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
  });

  it('opens windows that are sandboxed, isolated and without Node', async () => {
    const app = await started();
    expect(firstWindow(app).options.webPreferences).toEqual({
      preload: join(app.outDirectory, 'preload', 'index.cjs'),
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
    });
    expect(firstWindow(app).url).toBe('strata://app/');
  });

  it.each([
    ['clipboard-sanitized-write', 'strata://app/', true],
    ['clipboard-sanitized-write', 'https://example.org/', false],
    ['clipboard-read', 'strata://app/', false],
    ['media', 'strata://app/', false],
  ])('permits of %s for %s: %s', async (permission, requestingUrl, isGranted) => {
    const { permissions } = await started();
    const answers: boolean[] = [];
    const decide = (answer: boolean) => answers.push(answer);
    permissions.request?.(...([{}, permission, decide, { requestingUrl }] as never[]));
    expect(answers).toEqual([isGranted]);
    expect(permissions.check?.(...([{}, permission, requestingUrl] as never[]))).toBe(isGranted);
    expect(permissions.device?.()).toBe(false);
  });

  it('opens no other window and goes to no other page; a home page opens in the browser', async () => {
    const app = await started();
    const { webContents } = firstWindow(app);
    for (const url of [
      'https://example.org/',
      'http://example.org/',
      'file:///etc/passwd',
      'javascript:alert(1)',
    ]) {
      expect(webContents.openHandler?.({ url })).toEqual({ action: 'deny' });
    }
    expect(app.opened).toEqual(['https://example.org/']);
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
      const prevented: string[] = [];
      for (const url of [
        'https://example.org/',
        'file:///x',
        'strata://other/',
        'nonsense',
        'strata://app/?open=x',
      ]) {
        webContents.emit(name, { url, preventDefault: () => prevented.push(url) });
      }
      expect(prevented).toEqual(['https://example.org/', 'file:///x', 'strata://other/', 'nonsense']);
    }
    let attached = true;
    webContents.emit('will-attach-webview', { preventDefault: () => (attached = false) });
    expect(attached).toBe(false);
  });

  it('serves the built window under its own scheme, with the strict policy, and nothing else', async () => {
    const { requestHandler } = await started();
    const ask = (url: string, method = 'GET') => requestHandler()?.({ url, method } as Request);
    const page = await ask('strata://app/');
    expect([page?.status, await page?.text()]).toEqual([200, 'window']);
    expect(page?.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(page?.headers.get('content-security-policy')).toContain("connect-src 'self';");
    for (const url of [
      'strata://app/../secret.txt',
      'strata://app/%2e%2e/secret.txt',
      'strata://other/',
      'strata://app/x',
    ]) {
      expect((await ask(url))?.status, url).toBe(404);
    }
    expect((await ask('strata://app/', 'POST'))?.status).toBe(404);
  });

  it('gives each page that asks a port to the one host', async () => {
    const app = await started();
    const window = firstWindow(app);
    app.send(window, CHANNELS.newWindow, null);
    const second = app.windows[1];
    app.send(window, CHANNELS.requestPort);
    if (second) app.send(second, CHANNELS.requestPort);
    expect(app.children).toHaveLength(1);
    expect(app.children[0]?.module).toBe(join(app.outDirectory, 'main', 'host.js'));
    expect(app.children[0]?.messages.map(([message]) => message)).toEqual(['connect', 'connect']);
    expect(window.webContents.mainFrame.posted[0]?.slice(0, 2)).toEqual([PORT_MESSAGE, null]);
    expect(second?.webContents.mainFrame.posted).toHaveLength(1);
  });

  it('listens to its own pages only', async () => {
    const app = await started();
    const window = firstWindow(app);
    const strangers = [
      null,
      { url: 'https://example.org/', parent: null },
      { url: 'strata://other/', parent: null },
      { url: 'strata://app/', parent: window.webContents.mainFrame },
    ];
    for (const frame of strangers) {
      app.send(window, CHANNELS.requestPort, undefined, frame as object);
      app.send(window, CHANNELS.newWindow, null, frame as object);
      expect(() => app.invoke(window, CHANNELS.reveal, '/etc', frame as object)).toThrow('Refused');
    }
    expect(app.children[0]?.messages).toEqual([]);
    expect(app.windows).toHaveLength(1);
    expect(app.revealed).toEqual([]);
  });

  it('refuses requests that are not well-formed', async () => {
    const app = await started();
    const window = firstWindow(app);
    await expect(app.invoke(window, CHANNELS.reveal, 'relative/path')).rejects.toThrow();
    await expect(app.invoke(window, CHANNELS.openDialog, { title: 1 })).rejects.toThrow();
    app.send(window, CHANNELS.setDocument, { title: 'x' });
    app.send(window, CHANNELS.newWindow, { path: '/x' });
    expect([window.title, app.windows.length]).toEqual(['', 1]);
  });

  it('shows native dialogs and the file manager', async () => {
    const app = await started();
    const window = firstWindow(app);
    const request = { title: 'Open', defaultPath: null, filters: [], directory: false };
    expect(await app.invoke(window, CHANNELS.openDialog, request)).toBe('/home/me/web.strata.json');
    expect(app.dialogs[0]).toMatchObject({ title: 'Open', properties: ['openFile', 'createDirectory'] });
    expect(app.children[0]?.messages).toEqual([[{ choose: '/home/me/web.strata.json' }]]);
    expect(await app.invoke(window, CHANNELS.saveDialog, request)).toBeNull();
    expect(app.children[0]?.messages).toHaveLength(1);
    await app.invoke(window, CHANNELS.reveal, '/home/me/image.tar');
    expect(app.revealed).toEqual(['/home/me/image.tar']);
  });

  it('asks before a window with unsaved changes closes, and not twice', async () => {
    const app = await started();
    const window = firstWindow(app);
    app.send(window, CHANNELS.setDocument, { title: 'web', path: '/home/me/web.strata.json', edited: true });
    expect([window.title, window.edited, app.app.recent]).toEqual([
      '• web — Strata',
      true,
      ['/home/me/web.strata.json'],
    ]);
    window.close();
    expect(window.isGone).toBe(false);
    expect(window.webContents.sent).toEqual([[CHANNELS.command, { type: 'close' }]]);
    app.send(window, CHANNELS.closeWindow);
    expect(window.isGone).toBe(true);
  });

  it('closes a window that cannot answer', async () => {
    const app = await started();
    const window = firstWindow(app);
    app.send(window, CHANNELS.setDocument, { title: 'web', path: null, edited: true });
    window.webContents.emit('render-process-gone');
    window.close();
    expect(window.isGone).toBe(true);
  });

  it('ends the host before it quits', async () => {
    const app = await started();
    firstWindow(app).close();
    await vi.waitFor(() => expect(app.log).toContain('gone'));
    expect(app.children[0]?.messages).toEqual([['close']]);
    expect(app.log.slice(-3)).toEqual(['quit', 'quit', 'gone']);
  });

  it('stays without windows on a Mac, and opens one when it is called', async () => {
    const app = await started(['strata'], { platform: 'darwin' });
    firstWindow(app).close();
    expect(app.log).not.toContain('quit');
    app.app.emit('activate');
    expect(app.windows).toHaveLength(2);
  });

  it('starts another host when one ended unexpectedly, and says so', async () => {
    const app = await started();
    app.children[0]?.emit('exit', 9);
    expect(app.log.at(-1)).toContain('ended unexpectedly');
    app.send(firstWindow(app), CHANNELS.requestPort);
    expect(app.children).toHaveLength(2);
  });

  it('opens the documents that it is started with, each in a window, and those of a second instance', async () => {
    const app = await started(['strata', '--no-sandbox', 'web.strata.json', '/srv/a b.strata']);
    expect(app.windows.map(({ url }) => url)).toEqual([
      'strata://app/?open=%2Fhome%2Fme%2Fweb.strata.json',
      'strata://app/?open=%2Fsrv%2Fa%20b.strata',
    ]);
    app.send(firstWindow(app), CHANNELS.setDocument, {
      title: 'web',
      path: '/home/me/web.strata.json',
      edited: false,
    });
    expect(app.children[0]?.messages).toEqual([
      [{ choose: '/home/me/web.strata.json' }],
      [{ choose: '/srv/a b.strata' }],
    ]);
    app.app.emit('second-instance', {}, ['strata', 'web.strata.json'], '/home/me');
    await vi.waitFor(() => expect(app.children[0]?.messages).toHaveLength(3));
    expect(app.windows).toHaveLength(2);
    app.app.emit('second-instance', {}, ['strata'], '/home/me');
    expect(app.windows).toHaveLength(3);
  });

  it('as a second instance only hands over and is gone', async () => {
    const fake = fakeElectron(temporaryDirectory(), { isFirstInstance: false });
    await startApp(fake.electron, { outDirectory: '/', argv: [], workingDirectory: '/', platform: 'linux' });
    expect(fake.log).toEqual(['quit', 'gone']);
    expect(fake.windows).toHaveLength(0);
  });

  it('remembers where its last window was', async () => {
    const app = await started();
    firstWindow(app).close();
    const file = join(app.userData, 'window.json');
    await vi.waitFor(() => expect(existsSync(file)).toBe(true), 10_000);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      x: 10,
      y: 20,
      width: 1000,
      height: 700,
      maximized: false,
    });
  });
});

describe('the native menu', () => {
  it('has every command of the window, and developer tools only in development', async () => {
    const app = await started();
    const items = app.menu().flatMap(({ submenu }) => (submenu ?? []) as MenuItemConstructorOptions[]);
    const window = firstWindow(app);
    for (const item of items)
      if (item.label !== 'New Window') item.click?.({} as never, undefined, {} as never);
    const sent = window.webContents.sent.map(([, command]) => (command as { type: string }).type);
    expect([...new Set(sent)].sort()).toEqual([...SHELL_COMMANDS].filter((type) => type !== 'close').sort());
    expect(items.some(({ role }) => role === 'toggleDevTools')).toBe(false);
    const keys = items.flatMap(({ accelerator }) => accelerator ?? []);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
