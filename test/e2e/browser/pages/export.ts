import type { Locator, Page } from 'playwright-core';

export class ExportPage {
  readonly page: Page;
  readonly file: Locator;
  readonly written: Locator;

  constructor(page: Page) {
    this.page = page;
    this.file = page.getByRole('textbox', { name: 'File', exact: true });
    this.written = page.getByRole('region', { name: 'Written' });
  }

  async write(path: string): Promise<void> {
    await this.file.fill(path);
    await this.start();
    await this.written.getByText(path, { exact: true }).waitFor({ timeout: 240_000 });
  }

  async start(): Promise<void> {
    await this.page.getByRole('main').getByRole('button', { name: 'Export', exact: true }).click();
  }

  command(): Promise<string> {
    return this.page.getByRole('region', { name: 'Command line' }).locator('code').first().innerText();
  }
}
