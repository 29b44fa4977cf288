import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOMS, WINDOW_ROOMS } from './rooms.ts';

const root = resolve(import.meta.dirname, '../..');
const files = globSync('src/**/*.{ts,tsx}', { cwd: root }).sort();

/** What a file imports: paths from the root of the checkout, `node:…`, or names of packages. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const specifiers = [...text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)'([^'\n]+)'/g)].map(
    (match) => match[1] ?? '',
  );
  return specifiers.map((specifier) =>
    specifier.startsWith('.') ? relative(root, resolve(root, dirname(file), specifier)) : specifier,
  );
}

function allowed(target: string, mayImport: readonly string[]): boolean {
  const isPackage = !target.startsWith('src/') && !target.startsWith('node:') && target !== 'electron';
  return mayImport.some(
    (rule) =>
      target === rule ||
      target.startsWith(rule.endsWith(':') ? rule : `${rule}/`) ||
      (rule === 'npm' && isPackage),
  );
}

function violations(room: string, permitted: (target: string) => boolean): string[] {
  return files
    .filter((file) => file.startsWith(`${room}/`))
    .flatMap((file) =>
      importsOf(file)
        .filter((target) => !permitted(target))
        .map((target) => `${file} imports ${target}`),
    );
}

describe('the rooms', () => {
  it('are found: the test sees files and their imports', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(importsOf('src/main/cli.ts')).toContain('src/main/cli/main.ts');
  });

  for (const { room, mayImport } of ROOMS) {
    it(`${room} imports nothing but what it may`, () => {
      expect(violations(room, (target) => allowed(target, mayImport))).toEqual([]);
    });
  }

  it('the window knows neither the host nor Node nor Electron', () => {
    const foreign = /^(src\/main|src\/preload|node:|electron$)/;
    expect(violations('src/renderer', (target) => !foreign.test(target))).toEqual([]);
  });

  it.each(WINDOW_ROOMS)('in the window, %s imports nothing above it', (room) => {
    const above = WINDOW_ROOMS.slice(WINDOW_ROOMS.indexOf(room) + 1).map((other) => `src/renderer/${other}/`);
    expect(
      violations(`src/renderer/${room}`, (target) => !above.some((other) => target.startsWith(other))),
    ).toEqual([]);
  });

  it('the window has no other rooms, and its features do not know each other', () => {
    const inRooms = files.filter((file) => /^src\/renderer\/[^/]+\//.test(file));
    expect([...new Set(inRooms.map((file) => file.split('/')[2]))].sort()).toEqual([...WINDOW_ROOMS].sort());
    const features = new Set(inRooms.flatMap((file) => /^src\/renderer\/features\/[^/]+/.exec(file) ?? []));
    expect(features.size).toBeGreaterThan(10);
    for (const feature of features) {
      const isOther = (target: string) =>
        target.startsWith('src/renderer/features/') && !target.startsWith(`${feature}/`);
      expect(violations(feature, (target) => !isOther(target))).toEqual([]);
    }
  });

  it('the host knows neither the window nor, outside its Electron entry, Electron', () => {
    const isElectronEntry = (file: string) =>
      file === 'src/main/index.ts' || file.startsWith('src/main/electron/');
    const wrong = files
      .filter((file) => file.startsWith('src/main/'))
      .flatMap((file) =>
        importsOf(file)
          .filter(
            (target) =>
              target.startsWith('src/renderer') || (target === 'electron' && !isElectronEntry(file)),
          )
          .map((target) => `${file} imports ${target}`),
      );
    expect(wrong).toEqual([]);
  });
});
