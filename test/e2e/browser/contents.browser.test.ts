import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeBase } from '../../support/base-image.ts';
import type { AppWindow } from './pages/window.ts';
import { type App, complaintsOf, SMALL, startApp } from './support/app.ts';
import { skipReason } from './support/requirements.ts';

/** The root file system of a built image, and what is changed in it. */
describe.skipIf(skipReason('test/e2e/browser/contents') !== undefined)('the contents of an image', () => {
  let app: App;
  let window: AppWindow;
  let path: string;
  let complaints: readonly string[];
  let screen: Locator;

  beforeAll(async () => {
    app = await startApp();
    path = await app.writeDocument('contents.strata.json', {
      ...SMALL,
      name: 'contents',
      packages: ['bash', 'coreutils'],
      files: [{ text: 'listen 8080\n', to: '/etc/app.conf', mode: '0640', owner: 'app' }],
      accounts: { users: [{ name: 'app', uid: 1000 }] },
    });
    window = await app.openWindow(path);
    complaints = complaintsOf(window.page);
    screen = window.page.getByRole('main');
  });
  afterAll(async () => {
    await app?.close();
  });

  const row = (name: RegExp) => screen.getByRole('treeitem', { name });
  const field = (form: string | RegExp, name: string) =>
    screen.getByRole('form', { name: form }).getByRole('textbox', { name, exact: true });
  const side = (name: string) => screen.getByRole('radio', { name, exact: true }).click();
  const search = (text: string) => screen.getByRole('searchbox', { name: 'Search the contents' }).fill(text);
  const press = (name: string) => screen.getByRole('button', { name, exact: true }).click();

  test('are there when it is built, and say so until then', async () => {
    await window.go('Contents');
    await screen.getByText('Not built yet').waitFor();
    await window.startBuild();
    await window.shows('Build');
    await window.go('Contents');
    await row(/^etc, directory, mode 0755, owner root:root/).waitFor({ timeout: 120_000 });
    expect(await screen.getByRole('heading', { level: 1 }).allInnerTexts()).toEqual(['Contents']);
  });

  test('say mode, owner and who brought each, and are walked by keyboard', async () => {
    await row(/^bin, directory/).focus();
    await window.page.keyboard.press('ArrowRight');
    await row(/^bash, link to \/nix\/store\/.*-bash.*, of bash$/).waitFor();
    await window.page.keyboard.press('ArrowLeft');
    await row(/^bash, /).waitFor({ state: 'detached' });
    await row(/^tmp, directory, mode 1777, owner root:root, of every image$/).waitFor();
    await screen.getByRole('searchbox', { name: 'Search the contents' }).fill('app.conf');
    await row(/^app.conf, file, mode 0640, owner app:app, of files\[0\], 12 B$/).click();
    await screen.getByText('app:app (1000:1000)').waitFor();
    await side('Accounts');
    await screen.getByRole('list', { name: 'Users of the image' }).getByText('1000:1000').waitFor();
    await side('Files');
    const { violations } = await new AxeBuilder({ page: window.page }).analyze();
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(grave.map(({ id, nodes }) => `${id}: ${nodes[0]?.target}`)).toEqual([]);
  });

  test('get another mode, and undo takes it back', async () => {
    await field(/^Mode and owner of/, 'Mode').fill('9');
    await screen.getByText('Expected octal digits').waitFor();
    await field(/^Mode and owner of/, 'Mode').fill('0600');
    await window.page.keyboard.press('Enter');
    await row(/^app.conf, file, mode 0600, owner app:app/).waitFor();
    await window.undo();
    await row(/^app.conf, file, mode 0640, owner app:app/).waitFor();
    await press('Remove files[0]');
    await screen.getByText('Nothing with “app.conf”').waitFor();
    await window.undo();
    await row(/^app.conf, file/).waitFor();
  });

  test('get directories and users, and the image runs as one of them', async () => {
    await screen.getByRole('searchbox', { name: 'Search the contents' }).fill('/srv/data');
    await side('Directory');
    await field('Add to the image', 'Path in the image').fill('/srv/data');
    await field('Add to the image', 'Owner').fill('web');
    await press('Add it');
    await screen.getByText(/directories\[0\]\.owner: .*web/).waitFor();
    await side('Accounts');
    await field('New user', 'Name').fill('web');
    await press('Run as this user');
    await row(/^data, directory, mode 0755, owner web:web, of directories\[0\]$/).waitFor();
    await screen.getByText('runs the image').waitFor();
    await screen.getByRole('searchbox', { name: 'Search the contents' }).fill('/var/lib/web');
    await row(/^web, directory, mode 0750, owner web:web, of directories\[1\]$/).waitFor();
    await window.documentCommand('Save Ctrl S');
    await window.notice('Saved').waitFor();
    const { config, accounts, directories } = JSON.parse(await readFile(path, 'utf8'));
    expect({ config, accounts, directories }).toEqual({
      config: { User: 'web' },
      accounts: { users: [{ name: 'app', uid: 1000 }, { name: 'web' }] },
      directories: [
        { path: '/srv/data', owner: 'web' },
        { path: '/var/lib/web', mode: '0750', owner: 'web' },
      ],
    });
  });

  test('get files from disk, of which some are left out', async () => {
    await mkdir(app.at('site/drafts'), { recursive: true });
    await writeFile(app.at('site/index.html'), '<p>');
    await writeFile(app.at('site/drafts/one.html'), '<p>');
    await search('srv');
    await row(/^\/srv|^srv, directory/).click();
    await side('Files');
    await side('From disk');
    await press('Choose a directory');
    const picker = window.dialog('Choose a directory');
    await picker.getByRole('button', { name: /^site/ }).click();
    await picker.getByRole('button', { name: 'Choose', exact: true }).click();
    expect(await field('Add to the image', 'Path in the image').inputValue()).toBe('/srv/site');
    await press('Add it');
    await row(/^one.html, file/).click();
    await press('Leave this one out');
    await row(/^one.html, file/).waitFor({ state: 'detached' });
    await row(/^index.html, file/).waitFor();
  });

  test('take what is dropped on them: a text as it is, all else where it can be chosen', async () => {
    const files = await window.page.evaluateHandle(`(() => {
      const files = new DataTransfer();
      files.items.add(new File(['#!/bin/sh\\n'], 'start'));
      files.items.add(new File([new Uint8Array([0])], 'blob'));
      return files;
    })()`);
    for (const type of ['dragover', 'drop']) {
      await row(/^srv, directory/).dispatchEvent(type, { dataTransfer: files });
    }
    const dialog = window.dialog('Add to /srv');
    await dialog.getByRole('button', { name: 'Choose blob' }).waitFor();
    await dialog.getByRole('button', { name: 'Take the text of start' }).click();
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    await row(/^start, file, mode 0755, owner root:root/).waitFor();
  });

  test('say what is in the way of what, and the document decides', async () => {
    await side('Text');
    await field('Add to the image', 'Path in the image').fill('/bin/ls');
    await press('Add it');
    const choices = screen.getByRole('region', { name: 'To be chosen' });
    await choices.getByRole('button', { name: 'Replace /bin/ls of the package coreutils' }).click();
    await choices.waitFor({ state: 'detached' });
    await search('bin/ls');
    await row(/^ls, file, .*, of files\[/).waitFor();
    for (let edits = 0; edits < 4; edits++) await window.undo();
    await row(/^ls, link to .*, of coreutils$/).waitFor();
  });

  test('are those of a base too, which says what it brings', async () => {
    const config = { Cmd: ['serve'], User: 'app', Env: ['PATH=/bin'] };
    writeBase(app.at('base'), { layers: [{ 'etc/motd': 'hello\n' }], config });
    writeBase(app.at('arm'), { layers: [{}], architecture: 'arm64' });
    await side('Base');
    const base = screen.getByRole('textbox', { name: 'Archive, layout or reference' });
    await base.fill('./arm');
    await base.press('Enter');
    await screen.getByText(/is for linux\/arm64, the packages are for/).waitFor();
    await base.fill('./base');
    await base.press('Enter');
    await search('motd');
    await row(/^motd, file, .*, of base image/).waitFor();
    await screen.getByText('1 layer, ').waitFor();
    await screen.getByRole('definition').getByText('serve', { exact: true }).waitFor();
    await press('Build on no other image');
    await screen.getByText('Nothing with “motd”').waitFor();
  });

  test('are what packages bring at the paths that are wanted, and groups of one’s own', async () => {
    await side('Packages');
    await press('Add a path');
    await screen.getByRole('textbox', { name: 'Paths to link 1' }).fill('/bin');
    await search('share/');
    await screen.getByText('Nothing with “share/”').waitFor();
    await window.undo();
    await side('Accounts');
    await field('New group', 'Name').fill('media');
    await field('New group', 'Number').fill('2000');
    await press('Add the group');
    await press('Groups of app');
    await window.page.getByRole('menuitemcheckbox', { name: 'media' }).click();
    await screen.getByText('in media', { exact: false }).waitFor();
    await press('Remove the group media');
    await screen.getByText('in media', { exact: false }).waitFor({ state: 'detached' });
    for (let edits = 0; edits < 3; edits++) await window.undo();
  });

  test('are those of the last build until it is built again', async () => {
    await window.go('Packages');
    await window.pick.ready();
    await window.pick.add('jq');
    await window.go('Contents');
    await screen.getByText('The packages have changed since the build.').waitFor();
    await press('Build again');
    await window.build.finished();
    await window.go('Contents');
    await screen.getByRole('searchbox', { name: 'Search the contents' }).fill('bin/jq');
    await row(/^jq, link to .*, of jq/).waitFor({ timeout: 60_000 });
    expect(complaints).toEqual([]);
  });
});
