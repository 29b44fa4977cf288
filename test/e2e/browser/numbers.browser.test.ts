import { spawnSync } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatBytes } from '../../../src/shared/format.ts';
import { startRegistry, type TestRegistry } from '../../support/registry.ts';
import { ShipPage } from './pages/ship.ts';
import type { AppWindow } from './pages/window.ts';
import { type App, complaintsOf, startApp } from './support/app.ts';
import { missing } from './support/requirements.ts';

const absent = spawnSync('sh', ['-c', 'command -v docker-registry']).status === 0 ? [] : ['docker-registry'];
const reason = missing() ?? (absent.length > 0 ? `${absent.join(', ')} cannot be found` : undefined);
if (reason !== undefined) console.log(`test/e2e/browser/numbers did not run: ${reason}`);

/** What an image really holds. Bytes. */
interface RealImage {
  readonly layers: number;
  /** Of the unpacked layer archives, and of the blobs. */
  readonly archiveBytes: number;
  readonly blobBytes: number;
  /** Of its store paths, as Nix counts them. */
  readonly narBytes: number;
  /** Of the largest of them. */
  readonly largestBytes: number;
}

async function readArchive(file: string, into: string): Promise<RealImage> {
  await mkdir(into);
  await execa('tar', ['-xf', file, '-C', into]);
  const blob = (digest: string) => join(into, 'blobs', digest.replace(':', '/'));
  const json = async (path: string) => JSON.parse(await readFile(path, 'utf8'));
  const { manifests } = await json(join(into, 'index.json'));
  const { layers } = (await json(blob(manifests[0].digest))) as {
    layers: { digest: string; size: number }[];
  };
  const names = new Set<string>();
  let archiveBytes = 0;
  for (const { digest } of layers) {
    archiveBytes += gunzipSync(await readFile(blob(digest))).length;
    const { stdout } = await execa('tar', ['-tzf', blob(digest)]);
    for (const [, name] of stdout.matchAll(/^\/?nix\/store\/([^/\n]+)/gm)) names.add(`/nix/store/${name}`);
  }
  const { stdout } = await execa('nix-store', ['--query', '--size', ...names]);
  const narSizes = stdout.split('\n').map(Number);
  return {
    layers: layers.length,
    archiveBytes,
    blobBytes: layers.reduce((sum, { size }) => sum + size, 0),
    narBytes: narSizes.reduce((sum, size) => sum + size, 0),
    largestBytes: narSizes.reduce((most, size) => Math.max(most, size), 0),
  };
}

/** The window's numbers against those of the image that it builds, and against each other. */
describe.skipIf(reason !== undefined)('the numbers of the window', () => {
  let app: App;
  let window: AppWindow;
  let ship: ShipPage;
  let registry: TestRegistry;
  let complaints: readonly string[];
  let real: RealImage;

  const basket = () => window.page.getByRole('complementary', { name: 'In this image' });
  const basketTotal = () => basket().locator('strong').last().innerText();
  const fact = (label: RegExp) => window.strata.fact(label);

  beforeAll(async () => {
    registry = await startRegistry();
    app = await startApp();
    const path = await app.writeDocument('flask.strata.json', {
      version: 1,
      name: 'flask',
      source: { type: 'starter' },
      packages: ['bash', 'coreutils', 'hello', 'python3', 'python3Packages.flask'],
      layering: { budget: 30 },
    });
    window = await app.openWindow(path);
    complaints = complaintsOf(window.page);
    ship = new ShipPage(window.page);
    await window.pick.ready();
  });
  afterAll(async () => {
    await app?.close();
    await registry?.stop();
  });

  test('what the packages come to before they are built, as far as the store knows, is what the image holds', async () => {
    // Where the store has none of it yet, the first build tells what the second window says beforehand.
    await window.startBuild();
    await window.build.finished();
    await window.go('Export');
    await window.export.write(app.at('flask.tar'));
    real = await readArchive(app.at('flask.tar'), app.at('unpacked'));

    const fresh = await app.openWindow(
      await app.writeDocument('fresh.strata.json', {
        version: 1,
        name: 'fresh',
        source: { type: 'starter' },
        packages: ['bash', 'coreutils', 'hello', 'python3', 'python3Packages.flask'],
      }),
      window.page.context(),
    );
    await fresh.pick.ready();
    await fresh.pick.package('hello').waitFor();
    const total = fresh.page.getByRole('complementary', { name: 'In this image' }).locator('strong').last();
    await expect.poll(() => total.innerText(), { timeout: 60_000 }).toBe(formatBytes(real.narBytes));
    // Flask brings python along: what both need counts for neither alone.
    await fresh.pick.basket.getByRole('button', { name: /^python3, adds 0 B, shares/ }).waitFor();

    // Pointing at a package says what the image is with it; so it is once it is added.
    await fresh.pick.find('jq');
    await fresh.pick.result('jq').hover();
    const whatIf = fresh.page.getByText(/ with jq \(\+/);
    await whatIf.waitFor({ timeout: 60_000 });
    const [withJq = ''] = (await whatIf.innerText()).split(' with');
    await fresh.pick.add('jq');
    await expect.poll(() => total.innerText()).toBe(withJq);
    await fresh.page.close();
  });

  test('basket, headline, details, build and files say what the image holds', async () => {
    await window.go('Build');
    const largest = window.page.getByRole('region', { name: 'Largest paths' }).getByRole('listitem').first();
    await largest.getByText(formatBytes(real.largestBytes), { exact: true }).waitFor();
    await window.page.getByText(/^strata build \S*flask\.strata\.json --output flask\.tar$/).waitFor();
    await window.go('Packages');
    expect(await basketTotal()).toBe(formatBytes(real.narBytes));
    await window.pick.package('hello').click();
    const adds = /adds ([\d.]+ \w+)/.exec(
      (await window.pick.package('hello').getAttribute('aria-label')) ?? '',
    );
    await window.pick.details.getByText(`+${adds?.[1]}`, { exact: true }).waitFor();
    await window.go('Strata');
    await window.strata.ready();
    expect(await fact(/^image$/)).toBe(formatBytes(real.narBytes));
    expect(Number(await fact(/^layers, of/))).toBe(real.layers - 1);
    expect(await window.strata.layers()).toBe(real.layers - 1);
    await window.page
      .getByRole('term')
      .filter({ hasText: /^image$/ })
      .focus();
    await window.page.locator('dl > div', { hasText: /^image/ }).focus();
    await window.page
      .getByRole('tooltip')
      .getByText(`${formatBytes(real.archiveBytes)} in layer archives`, { exact: false })
      .first()
      .waitFor();
    await window.go('Files');
    await window.page
      .getByRole('heading', {
        name: `${real.layers} layers, ${formatBytes(real.archiveBytes)}, ${formatBytes(real.blobBytes)} compressed`,
      })
      .waitFor();
    await window.page.getByText(/Efficiency \d+(\.\d)? %: .* in copies/).waitFor({ timeout: 60_000 });
  });

  test('the picture is to scale', async () => {
    await window.go('Strata');
    await window.strata.ready();
    await window.page.getByRole('radio', { name: 'To scale', checked: true }).waitFor();
    const bands = await window.strata.strata.locator(':scope > li > button').evaluateAll((buttons) =>
      buttons.map((button) => {
        const size = / ([\d.]+) (kB|MB), /.exec(button.getAttribute('aria-label') ?? '');
        return {
          bytes: Number(size?.[1]) * (size?.[2] === 'MB' ? 1e6 : 1e3),
          height: button.getBoundingClientRect().height,
        };
      }),
    );
    expect(bands.length).toBeGreaterThan(3);
    const perByte = bands.map(({ bytes, height }) => height / bytes);
    expect(Math.max(...perByte) / Math.min(...perByte)).toBeLessThan(1.02);
    await window.page.getByText(/^\d+ thin layers$/).waitFor();
    await window.page.getByRole('radio', { name: 'Compressed' }).click();
    await window.page.getByText(/^Heights are compressed/).waitFor();
    await window.page.getByRole('radio', { name: 'To scale' }).click();
  });

  test('headline, marks, forecast and export follow the one reference, also after a push and a reload', async () => {
    const reference = `${registry.host}/team/flask:1`;
    const layers = real.layers - 1;
    expect(await fact(/^to push/)).toBe('0 B');
    await ship.askRegistry(reference);
    await ship.forecast
      .getByText(`uploads ${layers} of ${layers} layers, ${formatBytes(real.narBytes)}`)
      .waitFor();
    expect(await fact(/^to push, all new$/)).toBe(formatBytes(real.narBytes));
    expect(await window.strata.layer(/, new/).count()).toBe(layers);
    await window.go('Export');
    await ship.push
      .getByText(`uploads ${layers} of ${layers} layers, ${formatBytes(real.narBytes)}`)
      .waitFor();
    await ship.pushTo(reference);
    await ship.push.getByText(`Pushed ${reference}`).waitFor({ timeout: 120_000 });
    await ship.push.getByText(`uploads 0 of ${layers} layers`).waitFor();

    await window.page.reload();
    await window.go('Strata');
    await window.strata.ready();
    await ship.forecast.getByText(`uploads 0 of ${layers} layers`).waitFor({ timeout: 60_000 });
    expect(await ship.forecast.getByRole('textbox', { name: 'Registry reference' }).inputValue()).toBe(
      reference,
    );
    expect(await fact(/^to push/)).toBe('0 B');
    expect(await window.strata.layer(/, there already/).count()).toBe(layers);
  });

  test('the same image in a registry and as a document shows no difference', async () => {
    await window.go('Compare');
    await window.page
      .getByRole('form', { name: 'What to compare' })
      .getByRole('button', { name: 'Compare' })
      .click();
    await window.page.getByText('The same packages').waitFor({ timeout: 120_000 });
    await window.page.getByText('The same settings').waitFor();
    const facts = window.page.getByRole('main').locator('dl').first();
    expect(await facts.innerText()).toMatch(/gone\s+0|0\s+gone/);
    await facts.getByText(formatBytes(real.archiveBytes)).getByText('as before').waitFor();
  });

  test('the drill gives what the hand aims at, whatever the numbers above it come to say', async () => {
    await window.go('Strata');
    await window.strata.ready();
    await window.page.setViewportSize({ width: 900, height: 800 });
    await window.still();
    for (const budget of [12, 3, 7]) {
      await window.strata.dragTo(budget);
      await expect
        .poll(() => window.strata.drill.getAttribute('aria-valuetext'))
        .toMatch(/to push plus .*per update/);
      const before = await window.strata.drill.boundingBox();
      await window.page.mouse.move((before?.x ?? 0) + 10, (before?.y ?? 0) + (before?.height ?? 0) / 2);
      expect(await window.strata.budget()).toBe(budget);
      await window.strata.release();
      expect(await window.strata.budget()).toBe(budget);
      await window.page
        .getByRole('status')
        .getByText(/^\d+ layers, to push/)
        .waitFor({ state: 'attached' });
      await window.undo();
      await expect.poll(() => window.strata.budget()).toBe(30);
    }
    await window.page.setViewportSize({ width: 1280, height: 800 });
  });

  test('what is out of date is named on every screen of it, and no longer once it is taken back', async () => {
    await window.go('Packages');
    await window.pick.remove('hello');
    await window.pick.add('jq');
    const line = window.page.getByText('Of the last build; hello is gone, jq is new.');
    for (const screen of ['Strata', 'Graph', 'Weight', 'Files'] as const) {
      await window.go(screen);
      await line.waitFor();
    }
    await window.undo();
    await window.undo();
    await line.waitFor({ state: 'detached' });
  });

  test('a user that the image has not is refused at the field, and the card leads there and goes', async () => {
    const user = window.page.getByRole('textbox', { name: 'User', exact: true });
    await window.go('Config');
    await user.fill('app');
    await window.page.getByText(/^The image has no user named “app”: it has root/).waitFor();
    await window.go('Export');
    await window.export.file.fill(app.at('refused.tar'));
    await window.export.start();
    await window.page.getByRole('button', { name: 'Go to the field' }).click({ timeout: 60_000 });
    await expect.poll(() => user.evaluate((field) => field === field.ownerDocument.activeElement)).toBe(true);
    await user.fill('');
    await window.go('Export');
    await window.page.getByRole('region', { name: 'Command line' }).waitFor();
    expect(await window.page.getByRole('alert').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
