import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AppWindow, SCREENS } from './pages/window.ts';
import { type App, complaintsOf, SMALL, startApp } from './support/app.ts';
import { skipReason } from './support/requirements.ts';

const reason = skipReason('test/e2e/browser/accessibility');

/** What axe finds that is serious or worse, as `rule: element`; where rules are given, by these only. */
async function violations(window: AppWindow, ...rules: readonly string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page: window.page });
  const { violations: found } = await (rules.length > 0 ? axe.withRules([...rules]) : axe).analyze();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

/** Of CanvasRenderingContext2D, which only the page has. */
interface Painting {
  clearRect(...args: number[]): void;
  roundRect(left: number, top: number, width: number, height: number, radius: number): void;
}

/** From now on: the heights of the strata in each picture that is painted. */
async function paintedStrata({ page }: AppWindow): Promise<() => Promise<readonly (readonly number[])[]>> {
  const pictures = await page.evaluateHandle(() => {
    const seen: number[][] = [];
    const { prototype } = (globalThis as unknown as { CanvasRenderingContext2D: { prototype: Painting } })
      .CanvasRenderingContext2D;
    const { clearRect, roundRect } = prototype;
    prototype.clearRect = function (...args) {
      seen.push([]);
      clearRect.apply(this, args);
    };
    prototype.roundRect = function (left, top, width, height, radius) {
      // Strata begin at the left edge; what frames and marks them does not.
      if (left === 0) seen.at(-1)?.push(height);
      roundRect.call(this, left, top, width, height, radius);
    };
    return seen;
  });
  return () => pictures.jsonValue();
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

  // The schemes differ in nothing but colours, which these rules are about.
  for (const [colorScheme, ...rules] of [
    ['light'],
    ['dark', 'color-contrast', 'link-in-text-block'],
  ] as const) {
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
        await window.still();
        found[screen] = await violations(window, ...rules);
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
    await window.strata.open(/curl/);
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
      await window.still();
      found[panel] = await violations(window);
      await window.page.keyboard.press('Escape');
    }
    await window.command('About Strata');
    await window.page.getByRole('button', { name: 'Third-party notices' }).click();
    await window.page.getByText('SIL OPEN FONT LICENSE').first().waitFor();
    found.notices = await violations(window);
    await window.page.keyboard.press('Escape');
    await window.page.keyboard.press('Escape');
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
    await keyboard.press('Control+8');
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
    const painted = await paintedStrata(window);
    await window.page.keyboard.press('Home');
    const alone = async () => (await painted()).filter((strata) => strata.length === 1).flat();
    await expect.poll(async () => (await alone()).length).toBeGreaterThan(0);
    const height = Number.parseFloat(
      await window.strata.layer(/^Layer 1 of 1/).evaluate((element) => element.style.height),
    );
    expect(new Set((await alone()).map(Math.round))).toEqual(new Set([Math.round(height)]));
    await window.page.context().close();
  });
});
