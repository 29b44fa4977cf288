import type { Locator, Page } from 'playwright-core';

/** The parts of the app where an image leaves it or comes in: push, serve, compare, inspect. */
export class ShipPage {
  readonly page: Page;
  readonly push: Locator;
  readonly serve: Locator;
  readonly nix: Locator;
  readonly forecast: Locator;

  constructor(page: Page) {
    this.page = page;
    this.push = page.getByRole('region', { name: 'Push to a registry' });
    this.serve = page.getByRole('region', { name: 'Serve this image' });
    this.nix = page.getByRole('region', { name: 'Copy as Nix' });
    this.forecast = page.getByRole('region', { name: 'What a push would upload' });
  }

  async pushTo(reference: string): Promise<void> {
    await this.push.getByRole('textbox', { name: 'Reference' }).fill(reference);
    await this.push.getByRole('button', { name: 'Push', exact: true }).click();
  }

  /** Fills the question for an account in, wherever it is asked. */
  async signIn(username: string, password: string): Promise<void> {
    const form = this.page.getByRole('form', { name: /^Sign in to / });
    await form.getByRole('textbox', { name: 'User name' }).fill(username);
    await form.getByLabel('Password or token').fill(password);
    await form.getByRole('button', { name: 'Sign in and try again' }).click();
  }

  async askRegistry(reference: string): Promise<void> {
    await this.forecast.getByRole('combobox', { name: 'Compare a push with' }).selectOption('reference');
    await this.forecast.getByRole('textbox', { name: 'Registry reference' }).fill(reference);
    await this.forecast.getByRole('button', { name: /^Ask/ }).click();
  }

  async compare(before: string, after: string): Promise<void> {
    const form = this.page.getByRole('form', { name: 'What to compare' });
    for (const [side, location] of [
      ['Before', before],
      ['After', after],
    ] as const) {
      await form.getByRole('combobox', { name: side }).selectOption('location');
      await form.getByRole('textbox', { name: `${side}: file or reference` }).fill(location);
    }
    await form.getByRole('button', { name: 'Compare' }).click();
  }

  async inspect(location: string): Promise<void> {
    const form = this.page.getByRole('form', { name: 'Image to open' });
    await form.getByRole('textbox', { name: 'Image' }).fill(location);
    await form.getByRole('button', { name: 'Open' }).click();
  }
}
