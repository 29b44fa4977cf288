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
});
