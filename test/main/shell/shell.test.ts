import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findChromium, findProgram } from '../../../src/main/files/find-program.ts';
import { decideShell } from '../../../src/main/shell/decide.ts';
import { electronBinary } from '../../../src/main/shell/electron-binary.ts';
import { temporaryDirectory } from '../documents/support.ts';

describe('the shell', () => {
  const facts = {
    hasDisplay: true,
    isRoot: false,
    electron: { binary: '/opt/electron' },
    chromium: '/usr/bin/chromium',
  };

  it('is Electron where there is one and a display', () => {
    expect(decideShell(facts)).toEqual({ shell: 'electron', binary: '/opt/electron' });
  });

  it('is a window of Chromium where Electron cannot be had, and says why', () => {
    expect(decideShell({ ...facts, electron: { why: 'No network.' } })).toEqual({
      shell: 'chromium',
      program: '/usr/bin/chromium',
      why: 'No network.',
    });
  });

  it('is an address where no window can be opened, or none should be', () => {
    expect(decideShell({ ...facts, hasDisplay: false }).shell).toBe('address');
    expect(decideShell({ ...facts, isRoot: true }).shell).toBe('address');
    expect(decideShell({ ...facts, electron: { why: 'No network.' }, chromium: null })).toEqual({
      shell: 'address',
      why: 'No network. There is no Chromium either.',
    });
  });
});

describe('finding programs', () => {
  it('takes the first name that PATH has, if it can be run', () => {
    const directory = temporaryDirectory();
    const empty = temporaryDirectory();
    writeFileSync(join(directory, 'google-chrome'), '');
    expect(findChromium(`${empty}:${directory}`)).toBeNull();
    chmodSync(join(directory, 'google-chrome'), 0o755);
    expect(findChromium(`${empty}:${directory}`)).toBe(join(directory, 'google-chrome'));
    mkdirSync(join(directory, 'chromium'));
    expect(findProgram(['chromium', 'google-chrome'], directory)).toBe(join(directory, 'google-chrome'));
    expect(findChromium(undefined)).toBeNull();
  });
});

describe('the Electron binary', () => {
  /** An `electron` package whose install script does as told. */
  function electronPackage(install: string) {
    const packageDirectory = temporaryDirectory();
    writeFileSync(join(packageDirectory, 'package.json'), '{"type":"commonjs"}');
    writeFileSync(join(packageDirectory, 'install.js'), install);
    const notes: string[] = [];
    const clock = { now: 0 };
    const cacheDirectory = temporaryDirectory();
    const options = {
      packageDirectory,
      cacheDirectory,
      now: () => clock.now,
      note: (line: string) => notes.push(line),
    };
    return { options, notes, clock, packageDirectory };
  }
  const INSTALLS = `
    const fs = require('fs'), path = require('path');
    fs.mkdirSync(path.join(__dirname, 'dist'));
    fs.writeFileSync(path.join(__dirname, 'dist', 'electron'), '');
    fs.writeFileSync(path.join(__dirname, 'path.txt'), 'electron');`;

  it('is downloaded once', async () => {
    const { options, notes, packageDirectory } = electronPackage(INSTALLS);
    const binary = join(packageDirectory, 'dist', 'electron');
    expect(await electronBinary(options)).toEqual({ binary });
    expect(await electronBinary(options)).toEqual({ binary });
    expect(notes).toEqual(['downloading Electron …']);
  });

  it('that cannot be downloaded is not tried again until the next day', async () => {
    const { options, notes, clock, packageDirectory } = electronPackage(
      `console.error('RequestError: getaddrinfo ENOTFOUND releases.example\\n    at x'); process.exit(1);`,
    );
    const why = 'Electron could not be downloaded (getaddrinfo ENOTFOUND releases.example).';
    expect(await electronBinary(options)).toEqual({ why });
    clock.now = 3_600_000;
    expect(await electronBinary(options)).toEqual({ why });
    expect(notes).toHaveLength(1);
    writeFileSync(join(packageDirectory, 'install.js'), INSTALLS);
    clock.now = 25 * 3_600_000;
    expect(await electronBinary(options)).toHaveProperty('binary');
  });

  it('is not there where the package is not', async () => {
    const options = { ...electronPackage('').options, packageDirectory: temporaryDirectory() };
    expect(await electronBinary(options)).toEqual({
      why: 'Electron is not among the installed Node packages.',
    });
  });
});
