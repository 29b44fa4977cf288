import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** `strata serve` as a process of its own, and a real Chromium. */
const root = resolve(import.meta.dirname, '../../..');
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const reason = !existsSync(CHROMIUM)
  ? `there is no Chromium at ${CHROMIUM} (CHROMIUM names another)`
  : !existsSync(join(root, 'out/renderer/index.html'))
    ? 'the window has not been built (npm run build)'
    : undefined;
if (reason !== undefined) console.log(`test/e2e/serve did not run: ${reason}`);

describe.skipIf(reason !== undefined)('strata serve', () => {
  let directory: string;
  let server: ChildProcess;
  let browser: Browser;
  let address = '';
  let output = '';

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'strata-serve-'));
    writeFileSync(
      join(directory, 'web.strata.json'),
      JSON.stringify({ version: 1, packages: ['bash', 'curl', 'git', 'jq'] }),
    );
    server = spawn(
      process.execPath,
      [join(root, 'src/main/cli.ts'), 'serve', '--port', '0', join(directory, 'web.strata.json')],
      {
        cwd: directory,
        env: {
          ...process.env,
          STRATA_CACHE_DIR: join(directory, 'cache'),
          STRATA_DATA_DIR: join(directory, 'data'),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    server.stderr?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const [line] = (await once(server.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    address = line.toString();
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    });
  });
  afterAll(async () => {
    await browser?.close();
    server?.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });

  /** What the page says against its policy, and what it throws. */
  function complaints(page: Page): string[] {
    const said: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') said.push(message.text());
    });
    page.on('pageerror', (error) => said.push(error.message));
    return said;
  }

  test('prints one line, with the address to open', () => {
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}&open=\S+\n$/);
  });

  test('opens the app with the document, at an address without the secret, within its own policy', async () => {
    const page = await browser.newPage();
    const said = complaints(page);
    await page.goto(address.trim());
    await page.getByText('4 packages').first().waitFor();
    expect(page.url()).not.toContain('token');
    await page.reload();
    await page.getByText('4 packages').first().waitFor();
    expect(await page.evaluate('document.cookie')).toBe('');
    expect(said).toEqual([]);
    await page.context().close();
  });

  test('is closed to who comes with a used address, and says what to do', async () => {
    const page = await browser.newPage();
    const answer = await page.goto(address.trim());
    expect(answer?.status()).toBe(401);
    await page.getByText('good for one browser and one entry').waitFor();
    await page.close();
  });

  test('is closed to the pages of other sites', async () => {
    const { origin } = new URL(address);
    const page = await browser.newPage();
    const file = join(directory, 'evil.html');
    writeFileSync(file, '<title>evil</title>');
    await page.goto(pathToFileURL(file).href);
    const outcome = await page.evaluate(`new Promise((resolve) => {
      const socket = new WebSocket(${JSON.stringify(`${origin.replace('http', 'ws')}/rpc`)});
      socket.onopen = () => resolve('open');
      socket.onerror = () => resolve('refused');
    })`);
    expect(outcome).toBe('refused');
    await page.close();
  });

  test('stops when it is told, and has logged no secret', async () => {
    server.kill('SIGTERM');
    await once(server, 'exit');
    const token = new URL(address).searchParams.get('token') ?? 'none';
    expect(token.length).toBe(43);
    expect(output).not.toContain(token);
  });
});

describe.skipIf(reason !== undefined)('an address', () => {
  test('works from a link on another site or in a file, where strict cookies are not sent along', async () => {
    const { serve } = await import('../../../src/main/shell/serve.ts');
    const directory = mkdtempSync(join(tmpdir(), 'strata-serve-'));
    writeFileSync(join(directory, 'index.html'), '<h1>inside</h1>');
    const host = { router: {}, release: () => {}, onBug: () => {}, close: async () => {} };
    const server = await serve({ host, staticDirectory: directory, port: 0 });
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    });
    try {
      const page = await browser.newPage();
      const link = join(directory, 'link.html');
      writeFileSync(link, `<a href="${server.newAddress()}">open</a>`);
      await page.goto(pathToFileURL(link).href);
      await page.getByText('open').click();
      await page.getByRole('heading', { name: 'inside' }).waitFor();
      expect(page.url()).toBe(`http://127.0.0.1:${server.port}/`);
    } finally {
      await browser.close();
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
