import type { Locator, Page } from 'playwright-core';

export class PickPage {
  readonly page: Page;
  readonly search: Locator;
  readonly results: Locator;
  readonly details: Locator;
  readonly basket: Locator;
  /** How much of the source cannot be evaluated; opens the list of it. */
  readonly leftOutButton: Locator;
  readonly leftOut: Locator;

  constructor(page: Page) {
    this.page = page;
    this.search = page.getByRole('searchbox', { name: 'Search packages' });
    this.results = page.getByRole('list', { name: 'Packages found' });
    this.details = page.getByRole('complementary', { name: 'Package', exact: true });
    this.basket = page.getByRole('list', { name: 'Packages of the image' });
    this.leftOutButton = page.getByRole('button', { name: / left out$/ });
    this.leftOut = page.getByRole('list', { name: 'Left out' });
  }

  /** Waits until the packages of the source are listed. */
  async ready(): Promise<void> {
    await this.results.getByRole('listitem').first().waitFor({ timeout: 240_000 });
  }

  async find(query: string): Promise<void> {
    await this.search.fill(query);
    await this.page.getByText(/ found$/).waitFor();
  }

  result(attribute: string): Locator {
    return this.results
      .getByRole('listitem')
      .filter({ has: this.page.getByText(attribute, { exact: true }) });
  }

  async add(attribute: string): Promise<void> {
    await this.find(attribute);
    await this.result(attribute)
      .getByRole('button', { name: `Add ${attribute}` })
      .click();
    await this.package(attribute).waitFor();
  }

  /** A package in the basket. */
  package(name: string): Locator {
    return this.basket.getByRole('button', { name: new RegExp(`^${escapeRegExp(name)}(,|$)`) });
  }

  async packages(): Promise<string[]> {
    return this.basket
      .locator('[data-package]')
      .evaluateAll((buttons) => buttons.map((button) => button.getAttribute('data-package') ?? ''));
  }

  async remove(name: string): Promise<void> {
    await this.package(name).hover();
    await this.basket.getByRole('button', { name: `Remove ${name}` }).click();
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
