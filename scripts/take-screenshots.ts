import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startApp } from '../test/e2e/browser/support/app.ts';

/**
 * Takes the pictures of the documentation: a real image, composed of the starter set by a real host, in a real browser.
 * Run it as `npm run screenshots` after `npm run build`.
 */
const directory = join(import.meta.dirname, '..', 'docs', 'img');
const SIZES = [
  { name: '', width: 1280, height: 800 },
  { name: '-wide', width: 1920, height: 1080 },
] as const;

await mkdir(directory, { recursive: true });
const app = await startApp();
try {
  const document = await app.writeDocument('web.strata.json', {
    version: 1,
    name: 'web',
    source: { type: 'starter' },
    packages: ['nginx', 'redis', 'python3', 'python3Packages.flask', 'bash', 'coreutils', 'curl', 'git'],
    layering: { budget: 30 },
    config: { Cmd: ['nginx', '-g', 'daemon off;'], ExposedPorts: { '80/tcp': {} } },
  });
  const window = await app.openWindow(document);
  const { page } = window;
  await page.getByRole('button', { name: 'Build', exact: true }).first().click();
  await window.build.finished();
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    for (const { name, width, height } of SIZES) {
      await page.setViewportSize({ width, height });
      for (const screen of ['Strata', 'Graph', 'Weight'] as const) {
        await window.go(screen);
        // Layouts and pictures of the graphics card settle; nothing else tells when.
        await page.waitForTimeout(4000);
        const file = `app-${screen.toLowerCase()}-${theme}${name}.png`;
        await page.screenshot({ path: join(directory, file) });
        console.log(file);
      }
    }
  }
} finally {
  await app.close();
}
