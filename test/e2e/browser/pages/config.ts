import type { Locator, Page } from 'playwright-core';

export class ConfigPage {
  readonly page: Page;
  readonly json: Locator;

  constructor(page: Page) {
    this.page = page;
    this.json = page.getByRole('region', { name: 'Config as JSON' });
  }

  field(label: string): Locator {
    return this.page.getByRole('textbox', { name: label, exact: true });
  }

  /** Adds a value to a list such as Environment. */
  async add(list: string, value: string): Promise<void> {
    const group = this.page.getByRole('group', { name: list });
    const before = await group.getByRole('textbox').count();
    await group.getByRole('button', { name: /^Add / }).click();
    await group.getByRole('textbox').nth(before).fill(value);
  }

  async preset(title: string): Promise<void> {
    await this.page.getByRole('button', { name: title, exact: true }).click();
  }
}
