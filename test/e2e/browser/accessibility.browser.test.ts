import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AppWindow, SCREENS } from './pages/window.ts';
import { type App, complaintsOf, SMALL, startApp } from './support/app.ts';
import { skipReason } from './support/requirements.ts';

const reason = skipReason('test/e2e/browser/accessibility');

/** What axe finds that is serious or worse, as `rule: element`. */
async function violations(window: AppWindow): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page: window.page }).analyze();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

describe.skipIf(reason !== undefined)('accessibility', () => {
  let app: App;
  let path: string;

  beforeAll(async () => {
    app = await startApp();
    path = await app.writeDocument('axe.strata.json', {
      ...SMALL,
      name: 'axe',
      packages: ['hello', 'curl', 'no-such-package'],
    });
    const window = await app.openWindow(path);
    await window.pick.ready();
    await window.pick.remove('no-such-package');
    await window.startBuild();
    await window.build.finished();
    await window.go('Files');
    await window.files.pack();
    await window.page.keyboard.press('Control+s');
    await window.notice('Saved').waitFor();
    await window.page.context().close();
  });
  afterAll(async () => {
    await app?.close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`axe finds nothing serious on any screen, ${colorScheme}`, async () => {
      const window = await app.openWindow(
        path,
        await app.newContext({ colorScheme, reducedMotion: 'reduce' }),
      );
      const complaints = complaintsOf(window.page);
      await window.pick.ready();
      const found: Record<string, string[]> = {};
      for (const screen of SCREENS) {
        await window.go(screen);
        await window.page.waitForTimeout(600);
        found[screen] = await violations(window);
      }
      expect(found).toEqual(Object.fromEntries(SCREENS.map((screen) => [screen, []])));
      expect(complaints).toEqual([]);
      await window.page.context().close();
    });
  }

  test('axe finds nothing serious in twins, panels and dialogs', async () => {
    const window = await app.openWindow(path, await app.newContext({ reducedMotion: 'reduce' }));
    await window.go('Strata');
    await window.strata.ready();
    await window.strata.layer(/curl/).first().click();
    const found: Record<string, string[]> = { inspector: await violations(window) };
    await window.page.getByRole('radio', { name: 'Table' }).click();
    found.table = await violations(window);
    await window.page.getByRole('radio', { name: 'Section' }).click();
    await window.go('Graph');
    await window.graph.show('Table');
    found.graphTable = await violations(window);
    await window.graph.show('Graph');
    await window.go('Weight');
    await window.weight.show('Tree');
    found.weightTree = await violations(window);
    for (const panel of ['Keyboard shortcuts', 'Settings', 'Change the package source…']) {
      await window.command(panel);
      await window.page.getByRole('dialog').waitFor();
      await window.page.waitForTimeout(300);
      found[panel] = await violations(window);
      await window.page.keyboard.press('Escape');
    }
    await window.page.keyboard.press('Control+k');
    found.palette = await violations(window);
    await window.page.keyboard.press('Escape');
    expect(Object.values(found).flat()).toEqual([]);
    await window.page.context().close();
  });

  test('everything works from the keyboard: search, add, go to a screen, walk the strata', async () => {
    const window = await app.openWindow(path);
    const { keyboard } = window.page;
    await window.pick.ready();
    await keyboard.press('Control+7');
    await keyboard.press('/');
    await keyboard.type('jq');
    await window.pick.result('jq').waitFor();
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await expect.poll(() => window.pick.packages()).toContain('jq');
    await keyboard.press('Control+z');
    await expect.poll(() => window.pick.packages()).not.toContain('jq');
    await keyboard.press('Control+3');
    await window.strata.ready();
    await window.strata.strata.getByRole('button').first().focus();
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await window.inspector.heading('Layer 2').waitFor();
    await window.page.context().close();
  });

  test('with reduced motion the strata are where they belong at once', async () => {
    const window = await app.openWindow(path, await app.newContext({ reducedMotion: 'reduce' }));
    await window.go('Strata');
    await window.strata.ready();
    await window.strata.drill.focus();
    await window.page.keyboard.press('Home');
    await expect.poll(() => window.strata.layers()).toBe(1);
    const canvas = window.page.locator('main canvas').first();
    await window.page.waitForTimeout(60);
    const first = await canvas.evaluate((element) =>
      (element as unknown as { toDataURL(): string }).toDataURL(),
    );
    await window.page.waitForTimeout(400);
    const later = await canvas.evaluate((element) =>
      (element as unknown as { toDataURL(): string }).toDataURL(),
    );
    expect(later).toBe(first);
    await window.page.context().close();
  });
});
