import type { Locator, Page } from 'playwright-core';

export class InspectorPage {
  readonly page: Page;
  readonly panel: Locator;

  constructor(page: Page) {
    this.page = page;
    this.panel = page.getByRole('complementary', { name: 'Inspector' });
  }

  heading(title: string | RegExp): Locator {
    return this.panel.getByRole('heading', { name: title });
  }

  chains(): Locator {
    return this.panel
      .getByRole('list', { name: 'Ways from the packages to this path' })
      .getByRole('listitem');
  }

  button(name: string | RegExp): Locator {
    return this.panel.getByRole('button', { name });
  }
}
