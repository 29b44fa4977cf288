import { join } from 'node:path';
import { execa } from 'execa';
import { findChromium } from '../files/find-program.ts';
import { resourcePath } from '../files/paths.ts';
import { decideShell, type ShellChoice } from './decide.ts';
import { electronBinary, installedApp } from './electron-binary.ts';
import { offerAddresses } from './offer-addresses.ts';
import { type ServeAppOptions, serveApp } from './serve-app.ts';

export interface AppOptions extends Omit<ServeAppOptions, 'staticDirectory' | 'port'> {
  /** Documents to open, absolute. */
  readonly documents: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Aborted to end the app. */
  readonly signal: AbortSignal;
  /** Tells the user what happens, on standard error. */
  readonly note: (line: string) => void;
  /** Shows the user an address, on standard output; it holds a secret. */
  readonly show: (address: string) => void;
}

/**
 * Opens the app in the best shell that this machine has: Electron, else a window of Chromium, else an address for the
 * user to open. Returns when the app is closed or the signal is aborted.
 */
export async function openApp(options: AppOptions): Promise<void> {
  const choice = await chooseShell(options);
  switch (choice.shell) {
    case 'electron':
      return runElectron(choice.binary, options);
    case 'chromium':
      options.note(`${choice.why} Opening a window of Chromium instead.`);
      return runChromium(choice.program, options);
    case 'address':
      options.note(choice.why);
      return runServer(options);
  }
}

async function chooseShell({ env, cacheDirectory, note, signal }: AppOptions): Promise<ShellChoice> {
  const hasDisplay = process.platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
  const isRoot = process.getuid?.() === 0;
  const facts = { hasDisplay, isRoot, chromium: findChromium(env.PATH) };
  // Where no window can be opened, Electron need not be fetched either.
  if (!hasDisplay || isRoot) return decideShell({ ...facts, electron: { why: '' } });
  const installed = installedApp(resourcePath());
  if (installed !== undefined) return decideShell({ ...facts, electron: { binary: installed } });
  const packageDirectory = resourcePath('node_modules', 'electron');
  const electron = await electronBinary({ packageDirectory, cacheDirectory, now: Date.now, note, signal });
  return decideShell({ ...facts, electron });
}

async function runElectron(binary: string, { documents, env, signal }: AppOptions): Promise<void> {
  const app = installedApp(resourcePath()) === undefined ? [resourcePath()] : [];
  await execa(binary, [...app, ...documents], {
    stdio: 'inherit',
    env,
    extendEnv: false,
    cancelSignal: signal,
    reject: false,
  });
}

/** Chromium with a profile of its own: so its window is one process, which ends when the window is closed. */
async function runChromium(program: string, options: AppOptions): Promise<void> {
  const { documents, dataDirectory, env, signal, note } = options;
  const server = await serveApp({ ...options, staticDirectory: resourcePath('out', 'renderer'), port: 0 });
  try {
    // Any user of this machine may read a process's arguments: this address lets in none but this one.
    const address = server.newAddress({ open: documents[0], sameUser: true });
    const result = await execa(
      program,
      [
        `--app=${address}`,
        `--user-data-dir=${join(dataDirectory, 'chromium')}`,
        '--no-first-run',
        '--no-default-browser-check',
      ],
      { stdio: ['ignore', 'ignore', 'ignore'], env, extendEnv: false, cancelSignal: signal, reject: false },
    );
    if (result.failed && !result.isCanceled) {
      note(`Chromium did not open a window (${result.shortMessage?.split('\n')[0] ?? program}).`);
      await offerAddresses(server, {
        open: options.documents[0],
        show: options.show,
        signal: options.signal,
      });
    }
  } finally {
    await server.close();
  }
}

async function runServer(options: AppOptions): Promise<void> {
  const server = await serveApp({ ...options, staticDirectory: resourcePath('out', 'renderer'), port: 0 });
  try {
    await offerAddresses(server, { open: options.documents[0], show: options.show, signal: options.signal });
  } finally {
    await server.close();
  }
}
