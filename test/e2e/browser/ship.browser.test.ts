import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { startRegistry, type TestRegistry } from '../../support/registry.ts';
import { makeCertificate } from '../../support/registry-certificates.ts';
import { KnownPanel } from './pages/known.ts';
import { ShipPage } from './pages/ship.ts';
import type { AppWindow } from './pages/window.ts';
import { type App, complaintsOf, SMALL, startApp } from './support/app.ts';
import { missing } from './support/requirements.ts';

const ACCOUNT = { username: 'ada', password: 'correct horse battery staple' };
const TOOLS = ['docker-registry', 'htpasswd', 'skopeo'];
const absent = TOOLS.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);
const reason = missing() ?? (absent.length > 0 ? `${absent.join(', ')} cannot be found` : undefined);
if (reason !== undefined) console.log(`test/e2e/browser/ship did not run: ${reason}`);

/** What axe finds that is serious or worse. */
async function violations({ page }: AppWindow): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

/** An image on its way out: a real registry with an account, a real build, and skopeo as the one who pulls. */
describe.skipIf(reason !== undefined)('shipping an image', () => {
  let app: App;
  let window: AppWindow;
  let ship: ShipPage;
  let registry: TestRegistry;
  let slow: FaultProxy;
  let complaints: readonly string[];
  let isSlow = true;
  let isDripping = false;

  beforeAll(async () => {
    registry = await startRegistry({ basic: ACCOUNT });
    slow = await startFaultProxy(registry.host, {
      fault: ({ method, path }) => {
        if (isSlow && (method === 'PUT' || method === 'PATCH')) return { type: 'silence' };
        const isBlob = method === 'GET' && path.includes('/blobs/');
        return isDripping && isBlob ? { type: 'drip', bytesPerSecond: 20 } : undefined;
      },
    });
    app = await startApp();
    const path = await app.writeDocument('ship.strata.json', {
      ...SMALL,
      name: 'team/ship',
      packages: ['hello', 'jq'],
    });
    window = await app.openWindow(path);
    complaints = complaintsOf(window.page);
    ship = new ShipPage(window.page);
    await window.pick.ready();
    await window.startBuild();
    await window.build.finished();
  });
  afterAll(async () => {
    await app?.close();
    await slow?.stop();
    await registry?.stop();
  });

  test('a push asks for an account, refuses a wrong password, shows each layer, and can be cancelled', async () => {
    const reference = `${slow.host}/team/ship:1`;
    await window.go('Export');
    // Most registries need no certificate to be named: the field is there for whoever asks, by the keyboard too.
    const authority = ship.push.getByRole('textbox', { name: 'CA certificate file' });
    await ship.push.getByText('Certificates…').waitFor();
    expect(await authority.isVisible()).toBe(false);
    await ship.push.getByText('Certificates…').press('Enter');
    await authority.waitFor();
    expect(await violations(window)).toEqual([]);
    await ship.push.getByText('Certificates…').press('Enter');
    await authority.waitFor({ state: 'hidden' });
    await ship.pushTo(reference);
    await ship.push.getByText(`${slow.host} wants an account.`).waitFor({ timeout: 120_000 });
    await ship.signIn(ACCOUNT.username, 'wrong');
    await ship.push.getByText(`${slow.host} does not take that account.`).waitFor();
    expect(await violations(window)).toEqual([]);
    await ship.signIn(ACCOUNT.username, ACCOUNT.password);

    const blobs = ship.push.getByRole('list', { name: 'Blobs' }).getByRole('listitem');
    await expect.poll(() => blobs.count(), { timeout: 60_000 }).toBeGreaterThan(3);
    await expect
      .poll(() => slow.seen.filter(({ method }) => method === 'PUT').length, { timeout: 60_000 })
      .toBeGreaterThan(0);
    await ship.push.getByRole('button', { name: 'Cancel' }).click();
    await ship.push.getByText('Cancelled: the tag is as it was').waitFor();

    isSlow = false;
    await ship.push.getByRole('button', { name: 'Push', exact: true }).click();
    await ship.push.getByText(`Pushed ${reference}`).waitFor({ timeout: 60_000 });
    expect(await ship.push.getByText(/^podman pull/).innerText()).toBe(
      `podman pull --tls-verify=false ${reference}`,
    );
  });

  test('while the budget is dragged it shows what a push would upload against the registry', async () => {
    await window.go('Strata');
    await window.strata.ready();
    await ship.askRegistry(`${slow.host}/team/ship:1`);
    await ship.forecast.getByText(/uploads 0 of \d+ layers/).waitFor();
    await window.strata.dragTo(2);
    await ship.forecast.getByText(/uploads [12] of 2 layers, .* \(about .* compressed\)/).waitFor();
    await window.strata.release();
    await window.undo();
    await ship.forecast.getByText(/uploads 0 of \d+ layers/).waitFor();
  });

  test('served on this machine, skopeo pulls it with what the command says', async () => {
    await window.go('Export');
    await ship.serve.getByRole('switch', { name: 'Serve on this machine' }).click();
    await ship.serve.getByRole('radio', { name: 'skopeo' }).click();
    const command = await ship.serve.getByText(/^skopeo copy/).innerText();
    const [program = '', ...args] = command.split(' ');
    const { stdout } = await execa(program, [...args.slice(0, -1), `oci:${join(app.directory, 'pulled')}:1`]);
    expect(stdout).toContain('Writing manifest');
    await ship.serve.getByText(/\d+ requests? for it so far/).waitFor();
    await ship.serve.getByRole('switch', { name: 'Serve on this machine' }).click();
    await ship.serve.getByText(/^skopeo copy/).waitFor({ state: 'detached' });
  });

  test('as Nix it names the packages', async () => {
    await ship.nix.getByText(/streamLayeredImage/).waitFor();
    await ship.nix.getByRole('radio', { name: 'nix2container' }).click();
    await ship.nix
      .getByText(/nix2container/)
      .last()
      .waitFor();
  });

  test('exported with a bill of materials, it opens again with layers, files and waste', async () => {
    const path = app.at('ship.tar');
    await window.page.getByRole('combobox', { name: 'Bill of materials', exact: true }).selectOption('spdx');
    await window.export.write(path);
    await window.export.written.getByText(app.at('ship.spdx.json')).waitFor();

    await window.go('Inspect');
    await ship.inspect(path);
    await window.page.getByRole('grid', { name: 'Layers of the image' }).waitFor({ timeout: 60_000 });
    expect(await violations(window)).toEqual([]);
    const files = window.page.getByRole('region', { name: 'Files of the whole image' });
    await files.getByRole('searchbox').fill('bin/hello');
    await files.getByText(/\d found/).waitFor();
    await window.page.getByRole('radio', { name: 'Waste' }).click();
    await window.page.getByRole('grid', { name: 'Wasted bytes' }).waitFor();
    await window.page.getByRole('radio', { name: 'Config' }).click();
    await window.page.getByText('"architecture"').waitFor();
  });

  test('where it is known, another image takes over its layers: on the screen, and in what is pushed', async () => {
    const path = await app.writeDocument('next.strata.json', {
      ...SMALL,
      name: 'team/next',
      packages: ['hello', 'jq', 'bash'],
    });
    const next = await app.openWindow(path, window.page.context());
    const complained = complaintsOf(next.page);
    const known = new KnownPanel(next.page);
    const nextShip = new ShipPage(next.page);
    await next.pick.ready();
    await next.startBuild();
    await next.build.finished();
    await next.go('Strata');
    await next.strata.ready();
    expect(await next.strata.layer(/taken over/).count()).toBe(0);

    await known.button.click();
    await known.add('ship.tar');
    await known
      .entry(app.at('ship.tar'))
      .getByText(/^\d+ layers, [\d.]+ MB taken over$/)
      .waitFor();
    await known.dialog.getByText(/^\d+ of \d+ layers, .* exist in known images already\.$/).waitFor();
    await known.add('none.tar');
    await known.entries.getByText(/none\.tar: it does not exist/).waitFor();
    expect(await violations(next)).toEqual([]);
    await known.entries.getByRole('button', { name: 'Leave it out' }).click();
    await known.entry('none.tar').waitFor({ state: 'detached' });

    // An account is asked for; what takes too long can be left.
    const reference = `${slow.host}/team/ship:1`;
    await known.add(reference);
    await known.dialog.getByText(`${slow.host} wants an account.`).waitFor();
    isDripping = true;
    await nextShip.signIn(ACCOUNT.username, ACCOUNT.password);
    await known.entry(reference).getByText('Opening').waitFor();
    await known.entry(reference).getByRole('button', { name: 'Cancel' }).click();
    await known.entry(reference).waitFor({ state: 'detached' });
    isDripping = false;
    await known.add(reference);
    await known
      .entry(reference)
      .getByText(/taken over$/)
      .waitFor();
    await known.remove(app.at('ship.tar'));
    await next.page.keyboard.press('Escape');
    await known.dialog.waitFor({ state: 'detached' });
    expect(await next.page.locator(':focus').innerText()).toBe('Known images · 1');

    const taken = await next.strata.layer(/taken over/).count();
    expect(taken).toBeGreaterThan(2);
    expect(await next.strata.fact(/^in known images/)).toMatch(new RegExp(`^${taken}`));
    await next.strata.open(/taken over/);
    await next.inspector.panel.getByText('Taken over as it is from an image that has it already.').waitFor();
    await next.inspector.panel.getByText(`Also in ${reference}.`).waitFor();
    await next.page.getByRole('radio', { name: 'Table' }).click();
    const marks = next.page.getByRole('grid', { name: 'Layers' }).getByText('taken over');
    expect(await marks.count()).toBe(taken);

    await next.page.reload();
    await next.go('Export');
    await next.page.getByText(`--known ${reference}`).waitFor();
    await nextShip.pushTo(`${slow.host}/team/next:1`);
    await nextShip.signIn(ACCOUNT.username, ACCOUNT.password);
    await nextShip.push.getByText(`Pushed ${slow.host}/team/next:1`).waitFor({ timeout: 60_000 });
    const linked = slow.seen.filter(({ method, path: asked, status }) => {
      return method === 'POST' && asked.includes('/team/next/') && asked.includes('mount=') && status === 201;
    });
    expect(linked.length).toBeGreaterThanOrEqual(taken);
    expect(complained).toEqual([]);
    await next.page.close();
  });

  test('compared with another image, it shows what a client downloads, as a picture and as a table', async () => {
    await window.go('Compare');
    await ship.compare('ship.tar', `${slow.host}/team/ship:1`);
    await window.page.getByText('The same packages').waitFor({ timeout: 60_000 });
    await window.page.getByRole('region', { name: 'Both images in cross-section' }).waitFor();
    expect(await violations(window)).toEqual([]);
    await window.page.getByRole('radio', { name: 'Table' }).click();
    await window.page.getByRole('grid', { name: 'Layers of both images' }).waitFor();
  });

  test('a registry whose certificate nobody here knows asks for its authority, and is reached with it', async () => {
    const certificate = await makeCertificate(app.directory, 'authority');
    const secure = await startRegistry({ tls: certificate });
    try {
      const reference = `${secure.host}/team/ship:1`;
      await window.go('Export');
      await ship.pushTo(reference);
      const trust = window.page.getByRole('form', { name: `Trust ${secure.host}` });
      await trust.getByText(/shows a certificate that is not trusted here/).waitFor({ timeout: 60_000 });
      const file = trust.getByRole('textbox', { name: 'CA certificate file' });
      await file.fill(certificate.keyFile);
      await file.press('Tab');
      await trust.getByText(/holds no certificate in PEM form/).waitFor();
      await file.fill(certificate.certificateFile);
      await file.press('Tab');
      await trust.getByText(/^Trusts authority, valid until /).waitFor();
      expect(await violations(window)).toEqual([]);
      await trust.getByRole('button', { name: 'Try again' }).click();
      await ship.push.getByText(`Pushed ${reference}`).waitFor({ timeout: 60_000 });
      // What is said there is in sight.
      await ship.push.getByText(/^Trusts authority, valid until /).waitFor();
    } finally {
      await secure.stop();
    }
  });

  test('the window has nothing to complain about', () => {
    expect(complaints).toEqual([]);
  });
});
