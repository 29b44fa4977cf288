import type { Locator, Page } from 'playwright-core';

export class FilesPage {
  readonly page: Page;
  readonly layers: Locator;
  readonly tree: Locator;

  constructor(page: Page) {
    this.page = page;
    this.layers = page.getByRole('grid', { name: 'Layers of the image' });
    this.tree = page.getByRole('tree', { name: /^Files of/ });
  }

  async pack(): Promise<void> {
    await this.page.getByRole('button', { name: /^Pack (the layers|again)$/ }).click();
    await this.page.getByRole('button', { name: 'Pack again' }).waitFor({ timeout: 240_000 });
  }

  entry(name: RegExp): Locator {
    return this.tree.getByRole('treeitem', { name });
  }

  async search(query: string): Promise<void> {
    await this.page.getByRole('searchbox', { name: 'Search files' }).fill(query);
  }
}
