import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, SMALL, startApp } from './support/app.ts';
import { skipReason } from './support/requirements.ts';

const reason = skipReason('test/e2e/browser/builds');

describe.skipIf(reason !== undefined)('builds that do not go smoothly', () => {
  let app: App;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(async () => {
    await app?.close();
  });

  test('a build is cancelled in the middle, and the window is ready for the next', async () => {
    const path = await app.writeDocument('slow.strata.json', {
      ...SMALL,
      name: 'slow',
      packages: ['testing.slow-build'],
    });
    const window = await app.openWindow(path);
    await window.startBuild();
    await window.build.derivation(/slow-build.*, running/).waitFor({ timeout: 120_000 });
    await window.build.log
      .getByText(/second \d+ of/)
      .first()
      .waitFor();
    await window.build.cancel();
    await window.build.heading('The build was cancelled').waitFor();
    await window.build.derivation(/slow-build.*, cancelled/).waitFor();
    await window.page.getByRole('button', { name: 'Build again' }).waitFor();
    await window.page.context().close();
  });

  test('a reload in the middle of a build finds the job again, with its log', async () => {
    const path = await app.writeDocument('reload.strata.json', {
      ...SMALL,
      name: 'reload',
      packages: ['testing.slow-build'],
    });
    const window = await app.openWindow(path);
    await window.startBuild();
    await window.build.derivation(/slow-build.*, running/).waitFor({ timeout: 120_000 });
    await window.page.reload();
    await window.build.derivation(/slow-build.*, running/).waitFor();
    await window.build.log.getByText(/second 1 of/).waitFor();
    await window.build.cancel();
    await window.build.heading('The build was cancelled').waitFor();
    await window.page.context().close();
  });

  test('leaving the screen loses neither the job nor its log', async () => {
    const path = await app.writeDocument('leave.strata.json', {
      ...SMALL,
      name: 'leave',
      packages: ['testing.slow-build'],
    });
    const window = await app.openWindow(path);
    await window.startBuild();
    await window.build.derivation(/slow-build.*, running/).waitFor({ timeout: 120_000 });
    await window.go('Config');
    const status = window.page.getByRole('contentinfo');
    await status.getByRole('progressbar').waitFor();
    await window.go('Build');
    await window.build.log.getByText(/second 1 of/).waitFor();
    await status.getByRole('button', { name: /^Cancel:/ }).click();
    await window.build.heading('The build was cancelled').waitFor();
    await window.page.context().close();
  });

  test('a failed build says why, shows the end of its log, and offers a way out', async () => {
    const path = await app.writeDocument('failing.strata.json', {
      ...SMALL,
      name: 'failing',
      packages: ['hello', 'testing.build-failure'],
    });
    const window = await app.openWindow(path);
    await window.startBuild();
    await window.build.heading('The build failed').first().waitFor({ timeout: 120_000 });
    await window.build.derivation(/build-failure.*, failed/).waitFor();
    await window.build.log.getByText('this package always fails').waitFor();
    await window.build.fix('Remove testing.build-failure').click();
    await window.build.finished();
    await window.page.context().close();
  });

  test('an unknown package is named with the nearest ones, where it stands and when it is built', async () => {
    const path = await app.writeDocument('unknown.strata.json', {
      ...SMALL,
      name: 'unknown',
      packages: ['hello', 'coreutlis'],
    });
    const window = await app.openWindow(path);
    await window.pick.ready();
    await window.page.getByText('Not in this source.').waitFor();
    await window.startBuild();
    await window.build.heading('The build failed').first().waitFor({ timeout: 120_000 });
    await window.build.fix(/^Use coreutils instead of coreutlis$/).click();
    await window.build.finished();
    await window.go('Packages');
    expect(await window.pick.packages()).toEqual(['hello', 'coreutils']);
    await window.page.context().close();
  });

  test('what of a source cannot be evaluated is counted, and named with why', async () => {
    // One attribute in 38 is broken, as in a real set of 1,502, and two say that they were removed.
    const names = Array.from({ length: 1_502 }, (_, at) => `p${at + 1}`);
    const broken = names.filter((_, at) => at % 38 === 37);
    const members = names.map(
      (name) => `${name} = ${broken.includes(name) ? '{ }.missing' : `make "${name}"`};`,
    );
    await mkdir(app.at('broken'));
    await writeFile(
      app.at('broken/default.nix'),
      `{ system, ... }:
let make = name: derivation { inherit name system; builder = "/bin/sh"; };
in {
${members.join('\n')}
gone = throw "gone was removed";
renamed = throw "renamed is now called otherwise";
}`,
    );
    const path = await app.writeDocument('broken.strata.json', {
      version: 1,
      name: 'broken',
      source: { type: 'path', path: app.at('broken') },
      packages: [],
    });
    const window = await app.openWindow(path);
    await window.dialog('Trust this package source?').getByRole('button', { name: 'Trust' }).click();
    await window.pick.ready();
    await window.pick.leftOutButton.click();
    await expect.poll(() => window.pick.leftOut.getByRole('listitem').count()).toBe(broken.length + 2);
    const lines = await window.pick.leftOut.getByRole('listitem').allInnerTexts();
    expect(await window.pick.leftOutButton.innerText()).toBe(`${broken.length + 2} left out`);
    for (const name of broken) {
      expect(lines.find((line) => line.split(/\s/)[0] === name)).toContain("attribute 'missing' missing");
    }
    // What says so itself comes last.
    expect(lines.slice(-2).join(' ')).toMatch(/gone.*was removed.*renamed/s);
    await window.page.context().close();
  });

  test('a document from elsewhere: nothing of its source runs before the user trusts it', async () => {
    const path = await app.writeDocument('foreign.strata.json', {
      version: 1,
      name: 'foreign',
      source: { type: 'path', path: app.at('set') },
      packages: ['hello'],
    });
    const window = await app.openWindow(path);
    const question = window.dialog('Trust this package source?');
    await question.getByText(app.at('set')).first().waitFor();
    await question.getByRole('button', { name: 'Not now' }).click();
    await window.page.getByText('A source that you have not trusted yet').waitFor();
    await window.startBuild();
    await window.dialog('Trust this package source?').getByRole('button', { name: 'Not now' }).click();
    expect(await window.page.getByRole('contentinfo').getByRole('progressbar').count()).toBe(0);
    await window.page.context().close();
  });
});
