import { mkdir, writeFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoBwrap } from '../../../src/main/run/probe-bwrap.ts';
import { freePort } from '../../support/free-port.ts';
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
    await screen
      .getByRole('definition')
      .getByText(/^\d+(\.\d)? [kM]B$/)
      .waitFor();
    await press('Restart');
    await screen.getByRole('radio', { name: /^3\. Run sleep 1000 in run$/ }).waitFor();
    await screen.getByRole('radio', { name: /^4\. Run sleep 1000 in run · runs$/, checked: true }).waitFor();
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
    await screen.getByRole('textbox', { name: 'Command' }).fill('bash -c "jq --version"');
    await press('Run');
    await ended('It exited with 127. jq is not in the image.');
    await window.page.reload();
    await ended('It exited with 127. jq is not in the image.');
    await terminal.getByText(/jq: command not found/).waitFor();
    await press('Add jq');
    await press('Run again');
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
    await anew.page.getByText('Last time: Run bash -c jq --version in run').waitFor();
    await anew.page
      .locator('.xterm-accessibility-tree')
      .getByText(/^jq-\d/)
      .waitFor();
  });

  test('a web application of one’s own is composed, run as its own user, and all of it taken back', async () => {
    await mkdir(app.at('app'));
    await writeFile(app.at('app/app.py'), FLASK);
    const own = await app.openWindow(await app.writeDocument('own.strata.json', { ...SMALL, name: 'own' }));
    const main = own.page.getByRole('main');
    const press = (name: string) => main.getByRole('button', { name, exact: true }).click();
    const fill = (name: string, text: string) => main.getByRole('textbox', { name, exact: true }).fill(text);
    const choose = (name: string) => main.getByRole('radio', { name, exact: true }).click();
    await own.pick.ready();
    for (const name of ['python3', 'python3Packages.flask']) await own.pick.add(name);
    await own.startBuild();
    await own.build.finished();
    await own.go('Contents');
    await fill('File or directory', app.at('app'));
    await fill('Path in the image', '/srv/app');
    await press('Add it');
    await choose('Accounts');
    await main.getByRole('form', { name: 'New user' }).getByRole('textbox', { name: 'Name' }).fill('app');
    await main.getByRole('form', { name: 'New user' }).getByRole('textbox', { name: 'Number' }).fill('1000');
    await press('Run as this user');
    await own.go('Config');
    await fill('Working directory', '/srv/app');
    const port = await freePort();
    for (const word of ['python3', 'app.py', `${port}`]) await own.config.add('Cmd', word);
    await own.go('Run');
    await fill('Ports', `${port}`);
    await press('Run');
    await main
      .locator('.xterm-accessibility-tree')
      .getByText('Press CTRL+C to quit')
      .waitFor({ timeout: 120_000 });
    const address = `http://127.0.0.1:${port}/`;
    expect((await fetch(address, { method: 'POST', body: 'bread' })).status).toBe(201);
    expect(await (await fetch(address)).text()).toBe('bread, by 1000');
    await press('Stop');
    await main.getByRole('status').getByText('Stopped.').waitFor();
    const undo = own.page.getByRole('banner').getByRole('button', { name: /^Undo/ });
    expect(await undo.isEnabled()).toBe(true);
    while (await undo.isEnabled()) await undo.click();
    await own.saved();
  });
});

/** Keeps what is posted in a directory that its user alone may write to, and says who that is. */
const FLASK = `import os, sys
from pathlib import Path
from flask import Flask, request

NOTES = Path("/var/lib/app/notes")
app = Flask(__name__)

@app.get("/")
def notes():
    return f"{NOTES.read_text()}, by {NOTES.stat().st_uid}"

@app.post("/")
def add():
    NOTES.write_text(request.get_data(as_text=True))
    return "", 201

app.run(port=int(sys.argv[1]))
`;
