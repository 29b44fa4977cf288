import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, SMALL, startApp } from './support/app.ts';
import { skipReason } from './support/requirements.ts';

const reason = skipReason('test/e2e/browser/documents');

describe.skipIf(reason !== undefined)('documents', () => {
  let app: App;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(async () => {
    await app?.close();
  });

  const read = async (name: string) =>
    JSON.parse(await readFile(app.at(name), 'utf8')) as {
      packages: string[];
      tag: string;
      layering: { budget: number };
    };

  test('a new one is saved, closed and opened again, as it was', async () => {
    const window = await app.openWindow();
    await window.page.getByRole('button', { name: /^New/ }).click();
    await window.go('Config');
    await window.config.field('Name').fill('mine');
    await window.config.field('Tag').fill('v2');
    await window.page.keyboard.press('Control+s');
    const picker = window.dialog('Save the document');
    await picker.getByRole('textbox', { name: 'File name' }).fill('mine.strata.json');
    await picker.getByRole('button', { name: 'Save here' }).click();
    await window.notice('Saved').waitFor();
    expect((await read('mine.strata.json')).tag).toBe('v2');
    await window.page.context().close();

    const again = await app.openWindow();
    await again.page.getByRole('button', { name: /^mine / }).click();
    await again.go('Config');
    expect(await again.config.field('Tag').inputValue()).toBe('v2');
    await again.page.context().close();
  });

  test('one begins as an image of a kind that people ship', async () => {
    const window = await app.openWindow();
    await window.page.getByRole('button', { name: /^Node app/ }).click();
    await window.pick.package('nodejs').waitFor();
    await window.command('New from a preset');
    await window
      .dialog('New image')
      .getByRole('button', { name: /^Command-line tool/ })
      .click();
    await window.pick.package('jq').waitFor();
    await window.page.context().close();
  });

  test('the last build is there again when a document is opened again', async () => {
    const path = await app.writeDocument('built.strata.json', {
      ...SMALL,
      name: 'built',
      packages: ['hello'],
    });
    const window = await app.openWindow(path);
    await window.startBuild();
    await window.build.finished();
    await window.page.context().close();
    const again = await app.openWindow(path);
    await again.go('Strata');
    await again.strata.ready();
    await again.page.context().close();
  });

  test('closing over unsaved work asks; another document may be kept from replacing it', async () => {
    const path = await app.writeDocument('guarded.strata.json', { ...SMALL, name: 'guarded', packages: [] });
    const window = await app.openWindow(path);
    await window.go('Config');
    await window.config.field('Tag').fill('changed');
    await window.documentCommand(/^New document/);
    await window
      .dialog(/^Save the changes to guarded/)
      .getByRole('button', { name: 'Cancel' })
      .click();
    expect(await window.config.field('Tag').inputValue()).toBe('changed');
    await window.documentCommand(/^New document/);
    await window
      .dialog(/^Save the changes to guarded/)
      .getByRole('button', { name: 'Save', exact: true })
      .click();
    await expect.poll(async () => (await read('guarded.strata.json')).tag).toBe('changed');
    await window.page.context().close();
  });

  test('unsaved work survives a reload, and a crash of window and host', async () => {
    const path = await app.writeDocument('crash.strata.json', { ...SMALL, name: 'crash', packages: [] });
    const window = await app.openWindow(path);
    await window.go('Config');
    await window.config.field('Tag').fill('precious');
    window.page.on('dialog', (dialog) => void dialog.accept());
    await window.page.reload();
    await expect.poll(() => window.config.field('Tag').inputValue()).toBe('precious');
    // The host keeps unsaved work on the disk.
    await expect.poll(() => app.drafts()).toContainEqual(expect.stringContaining('precious'));
    await window.page.context().close();
    await app.restartHost();
    const again = await app.openWindow(path);
    await again.dialog('Recover unsaved work?').getByRole('button', { name: 'Recover it' }).click();
    await again.go('Config');
    await expect.poll(() => again.config.field('Tag').inputValue()).toBe('precious');
    await again.page.context().close();
  });

  test('when the host goes away the window says so, and goes on when a new one lets it in', async () => {
    const path = await app.writeDocument('back.strata.json', { ...SMALL, name: 'back', packages: ['hello'] });
    const context = await app.newContext();
    const window = await app.openWindow(path, context);
    await window.pick.ready();
    await app.restartHost();
    await window.page.getByText('Strata was started anew and does not know this window.').waitFor();
    await window.go('Config');
    await window.config.field('Tag').fill('meanwhile');

    const second = await app.openWindow(undefined, context);
    await second.page.close();
    await window.page.getByText('does not know this window').waitFor({ state: 'detached' });
    expect(await window.config.field('Tag').inputValue()).toBe('meanwhile');
    await window.page.keyboard.press('Control+s');
    await expect.poll(async () => (await read('back.strata.json')).tag).toBe('meanwhile');
    await context.close();
  });

  test('what is taken back is nothing to recover', async () => {
    const path = await app.writeDocument('taken.strata.json', { ...SMALL, name: 'taken', packages: [] });
    const window = await app.openWindow(path);
    await window.go('Config');
    await window.config.preset('Job');
    await expect.poll(() => app.drafts()).toContainEqual(expect.stringContaining('"Entrypoint"'));
    await window.page
      .getByRole('region', { name: /Messages/ })
      .getByRole('button', { name: 'Undo' })
      .click();
    await window.config.json.getByText('Entrypoint').waitFor({ state: 'detached' });
    await expect.poll(() => app.drafts()).not.toContainEqual(expect.stringContaining('taken'));
    await window.page.context().close();
    const again = await app.openWindow(path);
    await again.go('Config');
    expect(await again.page.getByRole('dialog').count()).toBe(0);
    await again.page.context().close();
  });

  test('a file that was written elsewhere meanwhile is not overwritten without asking', async () => {
    const path = await app.writeDocument('shared.strata.json', { ...SMALL, name: 'shared', packages: [] });
    const window = await app.openWindow(path);
    await window.go('Config');
    await window.config.field('Tag').fill('mine');
    await writeFile(path, JSON.stringify({ ...SMALL, name: 'shared', tag: 'theirs', packages: [] }));
    await window.page.keyboard.press('Control+s');
    await window.dialog('Replace the file?').getByRole('button', { name: 'Keep that file' }).click();
    expect((await read('shared.strata.json')).tag).toBe('theirs');
    await window.page.keyboard.press('Control+s');
    await window.dialog('Replace the file?').getByRole('button', { name: 'Replace it' }).click();
    await expect.poll(async () => (await read('shared.strata.json')).tag).toBe('mine');
    await window.page.context().close();
  });

  test('a document that is not one is refused by name, and nothing else happens', async () => {
    await app.writeDocument('wrong.strata.json', { version: 1, packages: [], layerz: {} });
    const window = await app.openWindow(app.at('wrong.strata.json'));
    await window
      .notice(/unknown field "layerz"/)
      .first()
      .waitFor();
    await window.page.getByRole('heading', { name: 'Compose an image' }).waitFor();
    await window.page.context().close();
  });

  test('a file that is dropped on the window is opened in it, unless it can be no document', async () => {
    const path = await app.writeDocument('under.strata.json', { ...SMALL, name: 'under', packages: [] });
    const window = await app.openWindow(path);
    await window.go('Config');
    const drop = async (name: string, content: string) => {
      const dataTransfer = await window.page.evaluateHandle(
        `(() => { const data = new DataTransfer(); data.items.add(new File([${content}], '${name}')); return data; })()`,
      );
      await window.page.dispatchEvent('main', 'drop', { dataTransfer });
    };
    await drop('image.tar', 'new Uint8Array(5_000_000)');
    await window.notice('image.tar is no document').waitFor();
    await drop(
      'dropped.strata.json',
      `'${JSON.stringify({ ...SMALL, name: 'dropped', tag: 'here', packages: [] })}'`,
    );
    await expect.poll(() => window.config.field('Tag').inputValue()).toBe('here');
    await window.page.context().close();
  });

  test('two windows on one host: settings reach both, documents stay apart, jobs show in both', async () => {
    const one = await app.writeDocument('one.strata.json', { ...SMALL, name: 'one', packages: ['hello'] });
    const two = await app.writeDocument('two.strata.json', {
      ...SMALL,
      name: 'two',
      packages: ['testing.slow-build'],
    });
    const context = await app.newContext();
    const first = await app.openWindow(one, context);
    const second = await app.openWindow(two, context);
    await second.command('Theme: dark');
    await first.page.locator('html[data-theme="dark"]').waitFor({ state: 'attached' });
    await second.startBuild();
    await second.build.derivation(/slow-build.*, running/).waitFor({ timeout: 120_000 });
    await first.page.getByRole('contentinfo').getByRole('progressbar').waitFor();
    await first.go('Packages');
    expect(await first.pick.packages()).toEqual(['hello']);
    await second.build.cancel();
    await second.build.heading('The build was cancelled').waitFor();
    await first.command('Theme: as the system');
    await context.close();
  });
});
