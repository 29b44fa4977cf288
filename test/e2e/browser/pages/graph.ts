import type { Locator, Page } from 'playwright-core';

export class GraphPage {
  readonly page: Page;
  readonly canvas: Locator;
  readonly table: Locator;

  constructor(page: Page) {
    this.page = page;
    this.canvas = page.getByRole('img', { name: /^Reference graph of \d+ paths/ });
    this.table = page.getByRole('grid', { name: 'Paths' });
  }

  async find(name: string): Promise<void> {
    const field = this.page.getByRole('combobox', { name: 'Find a path' });
    await field.fill(name);
    await this.page.getByRole('option').first().waitFor();
    await field.press('Enter');
  }

  async show(view: 'Graph' | 'Table'): Promise<void> {
    await this.page.getByRole('radio', { name: view }).click();
  }

  async picture(format: 'PNG' | 'SVG'): Promise<string> {
    const download = this.page.waitForEvent('download');
    await this.page.getByRole('button', { name: 'Picture' }).click();
    await this.page.getByRole('menuitem', { name: `Save as ${format}` }).click();
    return (await download).path();
  }
}
