import type { Locator, Page } from 'playwright-core';

export class WeightPage {
  readonly page: Page;
  readonly trail: Locator;
  readonly tree: Locator;

  constructor(page: Page) {
    this.page = page;
    this.trail = page.getByRole('navigation', { name: 'Zoomed to' });
    this.tree = page.getByRole('tree', { name: 'What goes with what' });
  }

  tile(name: RegExp): Locator {
    return this.page
      .getByRole('region', { name: /^What goes with what, as a/ })
      .getByRole('button', { name });
  }

  /** Tiles lie in each other, so it is the title of one that is pressed. */
  async select(name: RegExp): Promise<void> {
    await this.tile(name)
      .first()
      .click({ position: { x: 12, y: 9 } });
  }

  async enter(name: RegExp): Promise<void> {
    await this.tile(name)
      .first()
      .dblclick({ position: { x: 12, y: 9 } });
  }

  async show(view: 'Map' | 'Icicle' | 'Tree'): Promise<void> {
    await this.page.getByRole('radio', { name: view }).click();
  }
}
