import type { Locator, Page } from 'playwright-core';

/** What paths are counted by when the layers are planned. */
export class PopularityPopover {
  readonly button: Locator;
  readonly dialog: Locator;

  constructor(page: Page) {
    this.button = page.getByRole('button', { name: /^Popularity/ });
    this.dialog = page.getByRole('dialog', { name: 'Popularity' });
  }

  async choose(path: string): Promise<void> {
    const field = this.dialog.getByRole('textbox', { name: 'Counts' });
    await field.fill(path);
    await field.press('Enter');
  }

  async forget(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Count as the package source does' }).click();
  }
}
