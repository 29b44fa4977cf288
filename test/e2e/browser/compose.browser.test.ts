import { existsSync } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAX_BUDGET } from '../../../src/shared/document.ts';
import { strata } from '../../support/cli.ts';
import type { AppWindow } from './pages/window.ts';
import { type App, complaintsOf, startApp } from './support/app.ts';
import { skipReason } from './support/requirements.ts';

const reason = skipReason('test/e2e/browser/compose');

async function digestOf(file: string): Promise<string> {
  const { stdout } = await execa('skopeo', ['inspect', '--format', '{{.Digest}}', `oci-archive:${file}`]);
  return stdout;
}

/** One image from the first search to a program that runs in it: real host, real Nix, real packages. */
describe.skipIf(reason !== undefined)('composing an image', () => {
  let app: App;
  let window: AppWindow;
  let complaints: readonly string[];

  beforeAll(async () => {
    app = await startApp();
    const path = await app.writeDocument('web.strata.json', {
      version: 1,
      name: 'web',
      source: { type: 'starter' },
      packages: ['bash', 'coreutils'],
    });
    window = await app.openWindow(path);
    complaints = complaintsOf(window.page);
  });
  afterAll(async () => {
    await app?.close();
  });

  test('a package is found by what it does, and shows what it would add before it is added', async () => {
    await window.pick.ready();
    await window.pick.find('transferring data url');
    await window.pick.result('curl').click();
    await window.pick.details.getByRole('heading', { name: 'curl' }).waitFor();
    await window.pick.details.getByText(/new paths?|bring all|Known once it is built/).waitFor();
    await window.pick.add('curl');
    await window.pick.add('python3');
    await window.pick.add('git');
    expect(await window.pick.packages()).toEqual(['bash', 'coreutils', 'curl', 'python3', 'git']);
  });

  test('packages are moved and removed, and every step can be undone', async () => {
    await window.pick.package('git').focus();
    await window.page.keyboard.press('Alt+ArrowUp');
    expect(await window.pick.packages()).toEqual(['bash', 'coreutils', 'curl', 'git', 'python3']);
    await window.pick.remove('curl');
    expect(await window.pick.packages()).toEqual(['bash', 'coreutils', 'git', 'python3']);
    await window.undo();
    await window.undo();
    expect(await window.pick.packages()).toEqual(['bash', 'coreutils', 'curl', 'python3', 'git']);
  });

  test('one button builds it', async () => {
    await window.startBuild();
    await window.build.finished();
    await window.page
      .getByRole('region', { name: 'Packages' })
      .getByText('python3', { exact: true })
      .waitFor();
    await window.page.getByRole('button', { name: 'See the strata' }).click();
    await window.strata.ready();
  });

  test('strata merge and split under the hand while the budget is dragged from 94 to 5 and back', async () => {
    const before = await window.strata.fact(/^layers, of/);
    await window.page.getByRole('combobox', { name: 'Strategy' }).selectOption('nixery');
    await expect.poll(() => window.strata.budget()).toBe(94);
    // The plan before stays in sight until this one is made.
    await expect.poll(() => window.strata.fact(/^layers, of/)).not.toBe(before);
    const layersAt94 = await window.strata.fact(/^layers, of/);
    await window.strata.dragTo(5);
    // Still under the hand: the numbers follow, the document does not change yet.
    await expect.poll(() => window.strata.budget()).toBe(5);
    expect(Number.parseInt(await window.strata.fact(/^layers, of at most 5$/), 10)).toBeLessThanOrEqual(5);
    await window.strata.release();
    expect(await window.strata.layers()).toBeLessThanOrEqual(5);
    await window.strata.dragTo(94);
    await window.strata.release();
    await expect.poll(() => window.strata.budget()).toBe(94);
    expect(await window.strata.fact(/^layers, of/)).toBe(layersAt94);
  });

  test('the drill works from the keyboard as a slider does', async () => {
    await window.strata.drill.focus();
    await window.page.keyboard.press('ArrowDown');
    await expect.poll(() => window.strata.budget()).toBe(93);
    await window.page.keyboard.press('Home');
    await expect.poll(() => window.strata.layers()).toBe(1);
    await window.page.keyboard.press('End');
    await expect.poll(() => window.strata.budget()).toBe(MAX_BUDGET);
    await window.undo();
    await expect.poll(() => window.strata.budget()).toBe(94);
  });

  test('a layer says what is in it and why, and each path leads back to the packages', async () => {
    await window.strata.open(/glibc/);
    await window.inspector.heading(/^Layer \d+$/).waitFor();
    await window.inspector.panel.getByText(/packages of this image need it/).waitFor();
    await window.inspector.button(/^glibc /).click();
    await window.inspector.heading('Why is glibc here').waitFor();
    const first = window.inspector.chains().first();
    expect(await first.innerText()).toMatch(/glibc$/);
    await first.getByRole('button').first().click();
    await window.inspector.heading(/^Why is (bash|coreutils|curl|git|python3) here$/).waitFor();
  });

  test('a pinned package keeps a layer of its own, down to a small budget', async () => {
    await window.page.getByRole('combobox', { name: 'Strategy' }).selectOption('strata');
    await window.page.keyboard.press('Control+k');
    await window.page.getByRole('combobox', { name: 'Commands' }).fill('openssl');
    await window.page
      .getByRole('option', { name: /^openssl-/ })
      .first()
      .click();
    await window.inspector.button('Pin to its own layer').click();
    await window.inspector.button('Close the path').click();
    await window.strata.drill.focus();
    await window.strata.dragTo(6);
    await window.strata.release();
    await window.strata.layer(/^Layer \d+ of \d+: openssl\. /).waitFor();
  });

  test('a layer tells what `strata explain` tells: why, and what an update to each path would move', async () => {
    await window.strata.open(/^Layer \d+ of \d+: openssl\. /);
    await window.inspector.panel.getByText('Pinned to a layer of its own.').waitFor();
    await window.inspector.heading('What updates move').waitFor();
    const updates = window.inspector.panel.getByRole('list', { name: 'Updates' }).getByRole('listitem');
    expect(await updates.count()).toBe(1);
    expect(await updates.first().innerText()).toMatch(
      /^openssl moves \d[\d.]* MB in \d layers \(\d[\d.]* MB by docker's overlay2 store\); the paths that change/,
    );
    await window.strata.open(/glibc/);
    await window.inspector.panel.getByText(/Requested tools bring these along/).waitFor();
    expect(await updates.count()).toBeGreaterThan(1);
    await window.inspector.button('Close the layer').click();
  });

  test('all hints of the document are in one place, also those of paths that are not here', async () => {
    await window.page.getByRole('button', { name: 'Hints · 1' }).click();
    const hints = window.page.getByRole('dialog', { name: 'Hints' });
    await hints
      .getByRole('list', { name: 'Layers of their own' })
      .getByText('openssl-*', { exact: true })
      .waitFor();
    await hints.getByRole('button', { name: 'Remove the hint openssl-*' }).click();
    await hints.getByText('There are none.').waitFor();
    await window.page.keyboard.press('Escape');
    await window.undo();
    await window.page.getByRole('button', { name: 'Hints · 1' }).waitFor();
  });

  test('two strategies stand side by side', async () => {
    await window.page.getByRole('main').getByRole('button', { name: 'Compare' }).click();
    await window.page.getByRole('list', { name: 'Strata by nixery' }).getByRole('button').first().waitFor();
    await window.page.getByRole('img', { name: /layers are the same on both sides/ }).waitFor();
    await window.page.getByRole('main').getByRole('button', { name: 'Compare' }).click();
  });

  test('the graph finds a path, shows every way to it, and can be taken along as a picture', async () => {
    await window.go('Graph');
    await window.graph.canvas.waitFor();
    await window.graph.find('zlib');
    await window.inspector.heading('Why is zlib here').waitFor();
    expect(await window.inspector.chains().count()).toBeGreaterThan(1);
    const svg = await readFile(await window.graph.picture('SVG'), 'utf8');
    expect(svg).toContain('<svg');
    expect(svg).toMatch(/>zlib</);
    const png = await readFile(await window.graph.picture('PNG'));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.length).toBeGreaterThan(10_000);
    await window.graph.show('Table');
    expect(Number(await window.graph.table.getAttribute('aria-rowcount'))).toBeGreaterThan(20);
    await window.graph.show('Graph');
  });

  test('a package is removed by what it weighs', async () => {
    await window.go('Weight');
    await window.weight.enter(/^git, /);
    await window.weight.trail.getByRole('button', { name: /^git / }).waitFor();
    await window.weight.trail.getByRole('button', { name: /^The image / }).click();
    await window.weight.select(/^git, /);
    await window.inspector.button(/^Remove git · frees \d/).click();
    await window.notice('git removed').waitFor();
    await window.page
      .getByRole('contentinfo')
      .getByText(/Changed since the build/)
      .waitFor();
    await window.startBuild();
    await window.build.finished();
    await window.go('Weight');
    await window.weight.show('Tree');
    const first = window.weight.tree.getByRole('treeitem').first();
    await first.waitFor();
    expect(await first.getAttribute('aria-level')).toBe('1');
    expect(await first.getAttribute('aria-posinset')).toBe('1');
    expect(Number(await first.getAttribute('aria-setsize'))).toBeGreaterThan(1);
    expect(await window.weight.tree.getByRole('treeitem', { name: /^git-/ }).count()).toBe(0);
    await window.weight.show('Map');
  });

  test('the config is checked as it is typed, with the JSON beside it', async () => {
    await window.go('Config');
    await window.config.field('Name').fill('Web!');
    await window.page.getByText(/"Web!" is not a part of a repository name/).waitFor();
    await window.config.field('Name').fill('team/web');
    await window.config.add('Ports', '99999');
    await window.page.getByText(/a port from 1 to 65535/).waitFor();
    await window.page.getByRole('textbox', { name: 'Ports 1' }).fill('8080/tcp');
    // Numbers as keys come back in another order: the form must not jump about under the hand.
    await window.config.add('Ports', '443');
    expect(await window.page.getByRole('textbox', { name: 'Ports 2' }).inputValue()).toBe('443');
    await window.config.add('Ports', '443');
    await window.page.getByText('443 is there already.').waitFor();
    await window.page.getByRole('button', { name: 'Remove Ports 3' }).click();
    await window.page.getByRole('button', { name: 'Remove Ports 2' }).click();
    await expect.poll(() => window.page.locator(':focus').getAttribute('aria-label')).toBe('Ports 1');
    await window.config.add('Environment', 'GREETING=good morning');
    await window.config.add('Cmd', 'curl');
    await window.config.add('Cmd', '--version');
    await expect.poll(() => window.config.json.innerText()).toContain('"8080/tcp": {}');
    expect(await window.config.json.innerText()).toContain('"GREETING=good morning"');
  });

  test('packing shows layers with digests, and the files in them', async () => {
    await window.go('Files');
    await window.files.pack();
    await window.files.layers.getByRole('row').nth(1).waitFor();
    await window.files.layers.getByRole('button', { name: 'Size' }).click();
    await window.files.search('bin/curl');
    await window.files
      .entry(/curl, (file|symlink)/)
      .first()
      .waitFor();
    await window.page.getByRole('radio', { name: 'Manifest and config' }).click();
    await window.page
      .getByRole('region', { name: 'manifest as JSON' })
      .getByText('"schemaVersion"')
      .waitFor();
  });

  test('what was just packed needs no push; another budget does, and the numbers say so', async () => {
    await window.go('Strata');
    await window.strata.ready();
    expect(await window.strata.fact(/^to push/)).toBe('0 B');
    await window.strata.dragTo(3);
    await expect.poll(() => window.strata.fact(/^to push/)).not.toBe('0 B');
    await window.strata.release();
    await window.undo();
    await expect.poll(() => window.strata.fact(/^to push/)).toBe('0 B');
  });

  test('the exported file is accepted by skopeo and umoci, and its program runs', async () => {
    await window.go('Export');
    const file = app.at('web.tar');
    await window.export.write(file);
    expect((await stat(file)).size).toBeGreaterThan(1_000_000);

    const { stdout } = await execa('skopeo', ['inspect', '--config', `oci-archive:${file}`]);
    const { config } = JSON.parse(stdout) as { config: { Cmd: string[]; Env: string[] } };
    expect(config.Cmd).toEqual(['curl', '--version']);
    expect(config.Env).toContain('GREETING=good morning');

    const layout = app.at('layout');
    await execa('skopeo', ['copy', '--quiet', `oci-archive:${file}`, `oci:${layout}:web`]);
    const bundle = app.at('bundle');
    await execa('umoci', ['unpack', '--image', `${layout}:web`, bundle]);
    const root = join(bundle, 'rootfs');
    await mkdir(join(root, 'tmp'), { recursive: true });
    const run = await execa('/usr/sbin/chroot', [root, ...config.Cmd], {
      env: { PATH: '/bin' },
      extendEnv: false,
    });
    expect(run.stdout).toMatch(/^curl \d/);
  });

  test('a file that is there is replaced only when the user says so', async () => {
    await window.export.start();
    await window.dialog('Replace what is there?').getByRole('button', { name: 'Keep it' }).click();
    expect(existsSync(app.at('web.tar'))).toBe(true);
  });

  test('the equivalent command line writes the same image', async () => {
    await window.page.keyboard.press('Control+s');
    await window.notice('Saved').waitFor();
    const command = await window.export.command();
    expect(command).toMatch(/^strata build \S*web\.strata\.json --output \S*web\.tar$/);
  });

  test('popularity that the user counts plans the image, in the window as on the command line', async () => {
    const run = (...args: string[]) => strata(args, { cwd: app.directory, env: app.env });
    expect((await run('popularity', '--from-store', '--out', 'counts.json')).exitCode).toBe(0);
    const before = await digestOf(app.at('web.tar'));

    await window.go('Strata');
    await window.strata.ready();
    await window.popularity.button.click();
    await window.popularity.choose(app.at('web.strata.json'));
    await window.popularity.dialog.getByText(/^Popularity counts are|web\.strata\.json: /).waitFor();
    await window.popularity.choose(app.at('counts.json'));
    await window.popularity.dialog.getByText(/^\d+ of the \d+ paths of this image are counted/).waitFor();
    await window.page.keyboard.press('Escape');
    await window.popularity.dialog.waitFor({ state: 'detached' });
    await expect.poll(() => window.popularity.button.innerText()).toBe('Popularity · counts.json');

    // The host has kept what it read.
    await window.page.reload();
    await window.go('Export');
    await window.export.write(app.at('counted.tar'));
    const counted = await digestOf(app.at('counted.tar'));
    expect(counted).not.toBe(before);
    const [program, ...args] = (await window.export.command()).split(' ');
    expect([program, ...args]).toEqual([
      'strata',
      'build',
      app.at('web.strata.json'),
      '--pop',
      app.at('counts.json'),
      '--output',
      app.at('counted.tar'),
    ]);
    expect((await run(...args.slice(0, -1), 'same.tar')).exitCode).toBe(0);
    expect(await digestOf(app.at('same.tar'))).toBe(counted);

    await window.go('Strata');
    await window.popularity.button.click();
    await window.popularity.forget();
    await expect.poll(() => window.popularity.button.innerText()).toBe('Popularity');
    await window.page.keyboard.press('Escape');
    await window.go('Export');
    await window.export.write(app.at('again.tar'));
    expect(await digestOf(app.at('again.tar'))).toBe(before);
  });

  test('nothing was complained about in all this', () => {
    expect(complaints).toEqual([]);
  });
});
