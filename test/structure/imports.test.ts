import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * The rooms of docs/architecture.md. Data flows one way (source -> selection -> closure graph -> plan -> layers ->
 * image -> export | push), and so do imports: nothing further right is known to anything further left.
 */
const ROOMS: readonly { room: string; mayImport: readonly string[] }[] = [
  { room: 'src/engine', mayImport: ['src/engine'] },
  { room: 'src/shared', mayImport: ['src/shared', 'src/engine', 'zod', '@orpc/contract'] },
  { room: 'src/preload', mayImport: ['src/preload', 'src/shared', 'electron'] },
  {
    room: 'src/main/nix',
    mayImport: [
      'src/main/nix',
      'src/main/starter',
      'src/main/paths.ts',
      'src/main/make-directory.ts',
      'src/main/own-directory.ts',
      'src/main/own-file.ts',
      'src/main/replace-file.ts',
      'src/main/with-temporary-file.ts',
      ...common(),
    ],
  },
  {
    room: 'src/main/starter',
    mayImport: [
      'src/main/starter',
      'src/main/paths.ts',
      'src/main/make-directory.ts',
      'src/main/own-directory.ts',
      'src/main/own-file.ts',
      'src/main/replace-file.ts',
      ...common(),
    ],
  },
  { room: 'src/main/pack', mayImport: ['src/main/pack', 'src/main/store', 'src/main/paths.ts', ...common()] },
  {
    room: 'src/main/store',
    mayImport: [
      'src/main/store',
      'src/main/pack',
      'src/main/paths.ts',
      'src/main/make-directory.ts',
      'src/main/own-file.ts',
      ...common(),
    ],
  },
];

function common(): string[] {
  return ['src/shared', 'src/engine', 'node:', 'npm'];
}

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
