import type { Locator, Page } from 'playwright-core';
import { MAX_BUDGET } from '../../../../src/shared/document.ts';

export class StrataPage {
  readonly page: Page;
  readonly drill: Locator;
  readonly strata: Locator;

  constructor(page: Page) {
    this.page = page;
    this.drill = page.getByRole('slider', { name: 'Layer budget' });
    this.strata = page.getByRole('list', { name: 'Strata', exact: true });
  }

  async ready(): Promise<void> {
    await this.strata.getByRole('button').first().waitFor();
  }

  async budget(): Promise<number> {
    return Number(await this.drill.getAttribute('aria-valuenow'));
  }

  /** Strata in sight. */
  layers(): Promise<number> {
    return this.strata.getByRole('button').count();
  }

  /** Number that a fact above the section begins with. */
  async fact(label: RegExp): Promise<string> {
    const fact = this.page.getByRole('term').filter({ hasText: label });
    return (await fact.locator('xpath=following-sibling::dd[1]').textContent()) ?? '';
  }

  layer(name: string | RegExp): Locator {
    return this.strata.getByRole('button', { name });
  }

  /** Opens a layer, also one that is too thin for a name. */
  async open(name: string | RegExp): Promise<void> {
    await this.layer(name).first().press('Enter');
  }

  /** Drags the drill to a budget, in steps as a hand does, and leaves the button down. */
  async dragTo(budget: number, most = MAX_BUDGET): Promise<void> {
    const handle = await this.drill.boundingBox();
    const track = await this.drill.locator('..').boundingBox();
    if (handle === null || track === null) throw new Error('The drill is not in sight.');
    const x = handle.x + handle.width / 2;
    const y = track.y + (1 - Math.log(budget) / Math.log(most)) * track.height;
    await this.page.mouse.move(x, handle.y + handle.height / 2);
    await this.page.mouse.down();
    await this.page.mouse.move(x, y, { steps: 24 });
  }

  async release(): Promise<void> {
    await this.page.mouse.up();
    await this.ready();
  }
}
