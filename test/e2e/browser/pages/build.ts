import type { Locator, Page } from 'playwright-core';

export class BuildPage {
  readonly page: Page;
  readonly tree: Locator;
  readonly log: Locator;

  constructor(page: Page) {
    this.page = page;
    this.tree = page.getByRole('tree', { name: 'Derivations' });
    this.log = page.getByRole('log');
  }

  heading(title: string): Locator {
    return this.page.getByRole('heading', { name: title, exact: true });
  }

  /** Waits until what the document asks for is built. */
  async finished(): Promise<void> {
    await this.page
      .getByRole('contentinfo')
      .getByRole('button', { name: /^Built/ })
      .waitFor({ timeout: 240_000 });
    await this.heading('Built').waitFor();
  }

  derivation(name: string | RegExp): Locator {
    return this.tree.getByRole('treeitem', { name });
  }

  async cancel(): Promise<void> {
    await this.page.getByRole('main').getByRole('button', { name: 'Cancel' }).click();
  }

  fix(title: string | RegExp): Locator {
    return this.page.getByRole('alert').getByRole('button', { name: title });
  }
}
