import type { Locator, Page } from 'playwright-core';

/** The panel with the images that a document is planned with. */
export class KnownPanel {
  readonly page: Page;
  readonly button: Locator;
  readonly dialog: Locator;
  readonly entries: Locator;

  constructor(page: Page) {
    this.page = page;
    this.button = page.getByRole('button', { name: /^Known images/ });
    this.dialog = page.getByRole('dialog', { name: 'Known images' });
    this.entries = this.dialog.getByRole('list', { name: 'Known images' }).getByRole('listitem');
  }

  async add(location: string): Promise<void> {
    const field = this.dialog.getByRole('textbox', { name: 'Image, directory or reference' });
    await field.fill(location);
    await field.press('Enter');
  }

  entry(location: string): Locator {
    return this.entries.filter({ hasText: location });
  }

  async remove(location: string): Promise<void> {
    await this.dialog.getByRole('button', { name: `Remove ${location}`, exact: true }).click();
    await this.entry(location).waitFor({ state: 'detached' });
  }
}
