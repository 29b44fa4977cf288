import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { emptyCache, type TestCache } from '../../../support/cache.ts';
import { AppWindow } from '../pages/window.ts';
import { CHROMIUM, WINDOW } from './requirements.ts';

const ARGUMENTS = [
  '--headless=new',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  // WebGL has no other GPU than SwiftShader; composing the page with it too would take most of the processor's time.
  '--disable-gpu-compositing',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** A real host with real Nix behind the browser shell, and a real Chromium. */
export interface App {
  /** Where windows save and export. */
  readonly directory: string;
  /** To run the command line with, on the same data. */
  readonly env: Readonly<Record<string, string>>;
  at(name: string): string;
  writeDocument(name: string, document: object): Promise<string>;
  /** The unsaved work that the host keeps, as its files are. */
  drafts(): Promise<string[]>;
  /** A window; `open` is a document to open first. Windows of one context share its cookie. */
  openWindow(open?: string, context?: BrowserContext): Promise<AppWindow>;
  newContext(options?: Parameters<Browser['newContext']>[0]): Promise<BrowserContext>;
  /** Kills the host, and starts another on the same data and the same port. */
  restartHost(): Promise<void>;
  close(): Promise<void>;
}

export interface AppOptions {
  /** Whether the first run was seen already: then no example and no tour. */
  readonly seenBefore?: boolean;
}

/** The starter set without the packages that every image gets, so that a build is small. */
export const SMALL = {
  version: 1,
  source: { type: 'starter' },
  defaults: { cacert: false, ianaEtc: false },
} as const;

export async function startApp({ seenBefore = true }: AppOptions = {}): Promise<App> {
  const directory = await mkdtemp(join(tmpdir(), 'strata-window-'));
  const work = join(directory, 'work');
  const data = join(directory, 'data');
  await mkdir(work);
  await mkdir(data);
  const cache: TestCache = await emptyCache(directory);
  let server = await startHost(cache.path, data, work);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  const contexts = new Set<BrowserContext>();
  const newContext: App['newContext'] = async (options) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    contexts.add(context);
    return context;
  };
  if (seenBefore) {
    // The first run is over when the tour was dismissed; a window of its own does that.
    const context = await newContext();
    const page = await context.newPage();
    await page.goto(await server.newAddress());
    await page.getByRole('button', { name: 'Dismiss the tour' }).click();
    await page.getByRole('button', { name: 'Dismiss the tour' }).waitFor({ state: 'detached' });
    await context.close();
  }

  let entered = new WeakSet<BrowserContext>();
  return {
    directory: work,
    env: { ...cache.env, STRATA_DATA_DIR: data },
    at: (name) => join(work, name),
    async writeDocument(name, document) {
      await writeFile(join(work, name), JSON.stringify(document));
      return join(work, name);
    },
    async drafts() {
      const names = await readdir(join(data, 'drafts')).catch(() => []);
      return Promise.all(names.map((name) => readFile(join(data, 'drafts', name), 'utf8').catch(() => '')));
    },
    newContext,
    async openWindow(open, context) {
      const home = context ?? (await newContext());
      const page = await home.newPage();
      const window = new AppWindow(page);
      if (entered.has(home)) {
        const address = new URL(`http://127.0.0.1:${server.port}/`);
        if (open !== undefined) address.searchParams.set('open', open);
        await page.goto(address.href);
      } else {
        await page.goto(await server.newAddress(open));
        entered.add(home);
      }
      await page.getByRole('banner').waitFor();
      return window;
    },
    async restartHost() {
      const { port } = server;
      await server.kill();
      server = await startHost(cache.path, data, work, port);
      // A new host knows none of the cookies.
      entered = new WeakSet();
    },
    async close() {
      await browser.close();
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A host process; it answers one question at a time. */
interface HostProcess {
  readonly port: number;
  newAddress(open?: string): Promise<string>;
  /** Ends it without a chance to put anything in order. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

async function startHost(
  cacheDirectory: string,
  dataDirectory: string,
  workingDirectory: string,
  port = 0,
): Promise<HostProcess> {
  const script = join(import.meta.dirname, 'host-process.ts');
  const child = spawn(
    process.execPath,
    [script, cacheDirectory, dataDirectory, workingDirectory, WINDOW, String(port)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const over = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('The host process ended.');
    return value;
  };
  return {
    port: Number(await line()),
    newAddress: (open = '') => {
      child.stdin.write(`${open}\n`);
      return line();
    },
    async kill() {
      child.kill('SIGKILL');
      await over;
    },
    async close() {
      child.stdin.end();
      await over;
    },
  };
}

/** Chromium reads what WebGL painted back where it composes pages without a GPU, as it does here; and complains of it. */
const READ_BACK = 'GPU stall due to ReadPixels';

/** What a page complains about: errors in the console, and whatever is thrown. */
export function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    const isComplaint = message.type() === 'error' || message.type() === 'warning';
    if (isComplaint && !message.text().includes(READ_BACK)) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}
