import { AxeBuilder } from '@axe-core/playwright';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoBwrap } from '../../../src/main/run/probe-bwrap.ts';
import type { AppWindow } from './pages/window.ts';
import { type App, complaintsOf, SMALL, startApp } from './support/app.ts';
import { missing } from './support/requirements.ts';

async function whyNot(): Promise<string | undefined> {
  const absent = missing();
  if (absent !== undefined) return absent;
  const denial = await whyNoBwrap();
  return denial && `bubblewrap does not work here: ${denial}`;
}
const reason = await whyNot();
if (reason !== undefined) console.log(`test/e2e/browser/run did not run: ${reason}`);

/** Programs that run in images of the window, in real terminals. */
describe.skipIf(reason !== undefined)('running an image', () => {
  let app: App;
  let window: AppWindow;
  let path: string;
  let complaints: readonly string[];
  let screen: Locator;
  let terminal: Locator;

  beforeAll(async () => {
    app = await startApp();
    path = await app.writeDocument('run.strata.json', {
      ...SMALL,
      name: 'run',
      packages: ['bash', 'coreutils'],
      config: { Cmd: ['bash', '-c', 'echo from the image; exit 4'] },
    });
    window = await app.openWindow(path);
    complaints = complaintsOf(window.page);
    screen = window.page.getByRole('main');
    terminal = screen.locator('.xterm-accessibility-tree');
    await window.go('Run');
  });
  afterAll(async () => {
    await app?.close();
  });

  const press = (name: string) => screen.getByRole('button', { name, exact: true }).click();
  const ended = (words: string) => screen.getByRole('status').getByText(words).waitFor({ timeout: 60_000 });

  test('what the image says to run runs, and how it ended is said', async () => {
    await press('Run');
    await ended('It exited with 4.');
    await terminal.getByText('from the image').waitFor();
  });

  test('a shell takes what is typed and knows how large its terminal is', async () => {
    await press('Open a shell');
    await terminal.getByText('# ').first().waitFor({ timeout: 60_000 });
    await window.page.keyboard.type('echo $((6 * 7)) of $(id -u)\n');
    await terminal.getByText('42 of 0').waitFor();
    await window.page.keyboard.type('stty size\n');
    const size = terminal.getByText(/^\d+ \d+$/);
    const [rows, columns] = (await size.last().innerText()).split(' ').map(Number);
    expect([rows, columns]).not.toEqual([24, 80]);
    const { violations } = await new AxeBuilder({ page: window.page }).analyze();
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(grave.map(({ id, nodes }) => `${id}: ${nodes[0]?.target}`)).toEqual([]);
    await window.page.setViewportSize({ width: 700, height: 800 });
    await expect
      .poll(
        async () => {
          await window.page.keyboard.type('clear; stty size\n');
          return Number((await size.last().innerText()).split(' ')[1]);
        },
        { timeout: 20_000, interval: 500 },
      )
      .toBeLessThan(columns ?? 0);
    await window.page.setViewportSize({ width: 1280, height: 800 });
  });

  test('Ctrl-C is the program’s, and the keyboard gets out of the terminal', async () => {
    await screen.locator('.xterm-helper-textarea').focus();
    await window.page.keyboard.type('echo begun; sleep 1000\n');
    // Sooner, the terminal would throw away what the shell has not read.
    await terminal.getByText(/^begun$/).waitFor();
    await window.page.keyboard.press('Control+c');
    await window.page.keyboard.type('echo ended with $?\n');
    await terminal.getByText('ended with 130').waitFor();
    await window.page.keyboard.press('Shift+Escape');
    expect(await screen.locator(':focus').count()).toBe(0);
  });

  test('several run at once, and each can be stopped', async () => {
    await screen.getByRole('textbox', { name: 'Command' }).fill('sleep 1000');
    await press('Run');
    await screen.getByRole('radio', { name: /Run sleep 1000 in run · runs$/ }).waitFor();
    await screen.getByRole('radio', { name: /Shell in run · runs$/ }).click();
    await terminal.getByText('ended with 130').waitFor();
    await screen.getByRole('radio', { name: /Run sleep 1000 in run · runs$/ }).click();
    await press('Stop');
    await ended('Stopped.');
    await screen.getByRole('radio', { name: /Shell in run · runs$/ }).click();
    await screen.locator('.xterm-helper-textarea').focus();
    await window.page.keyboard.type('exit 3\n');
    await ended('It exited with 3.');
  });

  test('what is not in the image can be added where that is said', async () => {
    await screen.getByRole('textbox', { name: 'Command' }).fill('jq --version');
    await press('Run');
    await screen.getByText('It exited with 127', { exact: true }).waitFor({ timeout: 60_000 });
    await screen.getByText(/^jq is not in the image/).waitFor();
    await press('Add jq');
    await press('Run');
    await ended('It exited with 0.');
    await terminal.getByText(/^jq-\d/).waitFor();
    expect(complaints).toEqual([]);
  });

  test('what was written last is there when the host was started anew', async () => {
    await window.documentCommand('Save Ctrl S');
    await window.notice('Saved').waitFor();
    await app.restartHost();
    const anew = await app.openWindow(path);
    await anew.go('Run');
    await anew.page.getByText('Last time: Run jq --version in run').waitFor();
    await anew.page
      .locator('.xterm-accessibility-tree')
      .getByText(/^jq-\d/)
      .waitFor();
  });
});
