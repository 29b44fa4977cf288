import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** The desktop app in a real Electron, where there is one. */
const root = resolve(import.meta.dirname, '../../..');

function electronBinary(): string | undefined {
  const directory = join(root, 'node_modules/electron');
  const named = join(directory, 'path.txt');
  if (!existsSync(named)) return undefined;
  const binary = join(directory, 'dist', readFileSync(named, 'utf8').trim());
  return existsSync(binary) ? binary : undefined;
}

const binary = electronBinary();
const hasDisplay =
  process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
const reason =
  binary === undefined
    ? 'the Electron binary is not installed (node node_modules/electron/install.js fetches it)'
    : !hasDisplay
      ? 'there is no display (xvfb-run brings one)'
      : process.getuid?.() === 0
        ? 'Electron does not sandbox what root runs'
        : !existsSync(join(root, 'out/main/index.js'))
          ? 'the app has not been built (npm run build)'
          : undefined;
if (reason !== undefined) console.log(`test/e2e/electron did not run: ${reason}`);

describe.skipIf(reason !== undefined)('the desktop app', () => {
  let directory: string;
  let app: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'strata-electron-'));
    app = await _electron.launch({
      executablePath: binary ?? '',
      args: [root, `--user-data-dir=${join(directory, 'profile')}`],
      env: {
        ...(process.env as Record<string, string>),
        STRATA_CACHE_DIR: join(directory, 'cache'),
        STRATA_DATA_DIR: join(directory, 'data'),
      },
    });
    page = await app.firstWindow();
  });
  afterAll(async () => {
    await app.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test('shows the window, connected to its host', async () => {
    await page.getByRole('button', { name: 'Build' }).first().waitFor();
    expect(page.url()).toMatch(/^strata:\/\/app\//);
    await page
      .getByText(/x86_64-linux|aarch64-linux/)
      .first()
      .waitFor();
  });

  test('gives the page no Node, no require and no Electron', async () => {
    expect(await page.evaluate('[typeof process, typeof require, typeof module, typeof Buffer]')).toEqual([
      'undefined',
      'undefined',
      'undefined',
      'undefined',
    ]);
    expect(await page.evaluate('Object.keys(window.strataShell).sort()')).toEqual([
      'closeWindow',
      'newWindow',
      'onCommand',
      'openDialog',
      'pathOf',
      'platform',
      'requestPort',
      'reveal',
      'saveDialog',
      'setDocument',
    ]);
  });

  test('runs no script that is not its own, and goes nowhere', async () => {
    const ran = await page.evaluate(`new Promise((resolve) => {
      document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), { once: true });
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      document.head.append(script);
      setTimeout(() => resolve(window.injected === true), 1000);
    })`);
    expect(ran).toMatch(/^script-src/);
    const before = page.url();
    await page.evaluate(`void window.open('https://example.org/'); location.href = 'https://example.org/'`);
    await page.waitForTimeout(500);
    expect(page.url()).toBe(before);
    expect(app.windows()).toHaveLength(1);
  });

  test('opens a second window on the same host', async () => {
    const document = join(directory, 'web.strata.json');
    writeFileSync(document, JSON.stringify({ version: 1, packages: ['bash', 'curl', 'git', 'jq'] }));
    const opened = app.waitForEvent('window');
    await page.evaluate(`window.strataShell.newWindow(${JSON.stringify(document)})`);
    const second = await opened;
    await second.getByText('4 packages').first().waitFor();
    await second.close();
  });
});
