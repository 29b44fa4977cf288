import { EventEmitter } from 'node:events';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listenForBugs, refuseToBegin } from '../../../src/main/electron/report-bugs.ts';
import { temporaryDirectory } from '../documents/support.ts';

/** Electron as far as these look at it, and what it showed. */
function started() {
  const shown: string[] = [];
  const exits: number[] = [];
  const electron = {
    dialog: { showErrorBox: (title: string, text: string) => void shown.push(`${title}: ${text}`) },
    app: { exit: (code: number) => void exits.push(code) },
  };
  return { electron: electron as never, shown, exits };
}

describe('a bug in the main process', () => {
  it('is shown once in a line, and written down each time, with its stack and without secrets', () => {
    const { electron, shown } = started();
    const process = new EventEmitter();
    const data = temporaryDirectory();
    listenForBugs(electron, process, { STRATA_DATA_DIR: data });
    process.emit('uncaughtException', new Error('first\u001b[31m of all\nsecond line'));
    process.emit('unhandledRejection', new Error('https://me:PLANTED@registry.example/'));
    const file = join(data, 'logs', 'window.log');
    expect(shown).toEqual([`Strata has a bug: first of all\nWhat is open goes on. More is in ${file}.`]);
    const log = readFileSync(file, 'utf8');
    expect(log).toMatch(/A bug in the main process: Error: first of all\n.*second line\n +at /);
    expect(log).toContain('https://registry.example/');
    expect(log).not.toContain('PLANTED');
  });

  it('ends the app with the reason where it cannot begin', () => {
    const { electron, shown, exits } = started();
    const data = temporaryDirectory();
    chmodSync(data, 0o777);
    try {
      listenForBugs(electron, new EventEmitter(), { STRATA_DATA_DIR: data });
    } catch (error) {
      refuseToBegin(electron, error);
    }
    expect(exits).toEqual([1]);
    expect(shown).toEqual([
      expect.stringMatching(
        /^Strata could not begin: Strata does not use .*: every user may write to it\.\n.*Set /,
      ),
    ]);
  });
});
