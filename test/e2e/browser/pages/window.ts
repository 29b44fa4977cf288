import type { Locator, Page } from 'playwright-core';
import { BuildPage } from './build.ts';
import { ConfigPage } from './config.ts';
import { ExportPage } from './export.ts';
import { FilesPage } from './files.ts';
import { GraphPage } from './graph.ts';
import { InspectorPage } from './inspector.ts';
import { PickPage } from './pick.ts';
import { PopularityPopover } from './popularity.ts';
import { StrataPage } from './strata.ts';
import { WeightPage } from './weight.ts';

export const SCREENS = [
  'Packages',
  'Build',
  'Strata',
  'Graph',
  'Weight',
  'Files',
  'Contents',
  'Config',
  'Export',
  'Run',
  'Compare',
  'Inspect',
] as const;
export type ScreenName = (typeof SCREENS)[number];

/** A window of the app: what is around every screen, and the screens. */
export class AppWindow {
  readonly page: Page;
  readonly pick: PickPage;
  readonly build: BuildPage;
  readonly strata: StrataPage;
  readonly graph: GraphPage;
  readonly weight: WeightPage;
  readonly files: FilesPage;
  readonly config: ConfigPage;
  readonly export: ExportPage;
  readonly inspector: InspectorPage;
  readonly popularity: PopularityPopover;

  constructor(page: Page) {
    this.page = page;
    this.pick = new PickPage(page);
    this.build = new BuildPage(page);
    this.strata = new StrataPage(page);
    this.graph = new GraphPage(page);
    this.weight = new WeightPage(page);
    this.files = new FilesPage(page);
    this.config = new ConfigPage(page);
    this.export = new ExportPage(page);
    this.inspector = new InspectorPage(page);
    this.popularity = new PopularityPopover(page);
  }

  get title(): Promise<string> {
    return this.page.title();
  }

  async go(screen: ScreenName): Promise<void> {
    const item = this.page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: screen });
    await item.click();
    await this.shows(screen);
  }

  /** Waits until a screen is shown: what the window does by itself would take another away again. */
  async shows(screen: ScreenName): Promise<void> {
    await this.page.locator(`nav [aria-current="page"]`, { hasText: screen }).waitFor();
  }

  dialog(name: string | RegExp): Locator {
    return this.page.getByRole('dialog', { name });
  }

  notice(text: string | RegExp): Locator {
    return this.page.getByRole('region', { name: /Messages/ }).getByText(text);
  }

  async documentCommand(name: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name: /^Document / }).click();
    await this.page.getByRole('menuitem', { name }).click();
  }

  /** Runs a command of the palette. */
  async command(name: string): Promise<void> {
    await this.page.keyboard.press('Control+k');
    await this.page.getByRole('combobox', { name: 'Commands' }).fill(name);
    await this.page.keyboard.press('Enter');
  }

  async startBuild(): Promise<void> {
    await this.page
      .getByRole('banner')
      .getByRole('button', { name: /^(Build|Rebuild)$/ })
      .click();
  }

  async undo(): Promise<void> {
    await this.page.getByRole('banner').getByRole('button', { name: /^Undo/ }).click();
  }

  /** Waits until nothing moves: no animation runs, nothing says that it is busy, and some frames change nothing. */
  async still(): Promise<void> {
    await this.page.evaluate(`new Promise((resolve) => {
      let frames = 0;
      const again = () => { frames = 0; };
      const observer = new MutationObserver(again);
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      const look = () => {
        const moves = document.getAnimations().some(({ playState }) => playState === 'running');
        if (moves || document.querySelector('[aria-busy="true"]') !== null) again();
        if (++frames < 20) return requestAnimationFrame(look);
        observer.disconnect();
        resolve();
      };
      look();
    })`);
  }

  /** Waits until nothing of the document is unsaved. */
  async saved(): Promise<void> {
    await this.page.getByRole('button', { name: /^Document [^.]*\.\s*$/ }).waitFor();
  }
}
