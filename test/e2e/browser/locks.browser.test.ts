import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, SMALL, startApp } from './support/app.ts';
import { skipReason } from './support/requirements.ts';

const reason = skipReason('test/e2e/browser/locks');

describe.skipIf(reason !== undefined)('the lock of a document', () => {
  let app: App;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(async () => {
    await app?.close();
  });

  test('is written, and shown beside the sources', async () => {
    const path = await app.writeDocument('several.strata.json', {
      ...SMALL,
      packages: ['hello', 'tools:hello'],
      sources: { tools: { type: 'starter' } },
    });
    const window = await app.openWindow(path);
    await window.command('Package source');
    const panel = window.dialog('Package source');
    await panel.getByText('as tools:NAME').waitFor();
    const lock = panel.getByRole('region', { name: 'Lock' });
    await lock.getByText('Not locked').waitFor();
    await lock.getByRole('button', { name: 'Lock', exact: true }).click();
    await lock.getByText('What moved:').waitFor({ timeout: 60_000 });
    await lock.getByText('Locked in several.strata.lock').waitFor();
    const held = JSON.parse(await readFile(join(app.directory, 'several.strata.lock'), 'utf8'));
    expect(held.sources.tools.locked).toEqual({ type: 'starter' });
    await lock.getByText(held.source.revision).first().waitFor();
  });

  test('sources with a name are added, searched and taken away with their packages', async () => {
    const window = await app.openWindow(
      await app.writeDocument('named.strata.json', { ...SMALL, packages: ['hello'] }),
    );
    await window.command('Package source');
    const form = window.dialog('Package source').getByRole('form', { name: 'Source with a name' });
    await form.getByRole('textbox', { name: 'Name' }).fill('Tools');
    await form.getByText(/^Expected a name of small letters/).waitFor();
    await form.getByRole('textbox', { name: 'Name' }).fill('tools');
    await form.getByRole('textbox', { name: 'Source' }).fill('starter');
    await form.getByRole('button', { name: 'Add it' }).click();
    await window.dialog('Package source').getByText('as tools:NAME').waitFor();
    await window.page.keyboard.press('Escape');
    await window.page.getByRole('radio', { name: 'tools' }).click();
    await window.pick.ready();
    await window.pick.find('jq');
    await window.pick.result('jq').getByRole('button', { name: 'Add jq' }).click();
    await window.pick.package('tools:jq').waitFor();
    // Each is looked up where it is from, whichever source is looked into.
    for (const name of ['hello', 'jq']) {
      await window.pick.package(name === 'jq' ? 'tools:jq' : name).click();
      await window.page.getByRole('heading', { name, exact: true }).waitFor();
    }
    await window.startBuild();
    await window.build.finished();
    await window.command('Package source');
    const sources = window.dialog('Package source').getByRole('region', { name: 'Sources with a name' });
    await sources.getByText(/^at [0-9a-f]{10}$/).waitFor();
    await sources.getByRole('button', { name: 'Remove the source tools' }).click();
    await window.dialog('Package source').getByRole('button', { name: 'Close' }).click();
    await window.go('Packages');
    expect(await window.pick.packages()).toEqual(['hello']);
    const told = window.page.getByRole('region', { name: /Messages/ });
    await told.getByRole('button', { name: 'Undo', exact: true }).click();
    await window.pick.package('tools:jq').waitFor();
  });
});
