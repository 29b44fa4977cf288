import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { betweenMarkers, folderOf, printedHouses, readmeLines, withReadmeLines } from './print-rooms.ts';
import { HOUSES } from './rooms.ts';

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

/** One way round each circle, from where it is first found. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (file: string): void => {
    if (way.includes(file)) {
      found.push([...way.slice(way.indexOf(file)), file]);
      return;
    }
    if (done.has(file)) return;
    way.push(file);
    for (const next of graph.get(file) ?? []) visit(next);
    way.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return found;
}

describe('the rooms', () => {
  it('are found: the test sees files and their imports', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(importsOf('src/main/cli.ts')).toContain('src/main/cli/main.ts');
  });

  const rows = HOUSES.flatMap((house) =>
    house.rooms.map((room) => ({ house, room, folder: folderOf(house, room) })),
  );
  /** The row of the innermost room that a path lies in. */
  const rowOf = (path: string) =>
    rows
      .filter(({ folder }) => path.startsWith(`${folder}/`))
      .toSorted((a, b) => b.folder.length - a.folder.length)[0];

  it.each(rows)('$folder imports just the rooms of the table, all of them above it', ({ house, room }) => {
    const above = house.rooms.slice(0, house.rooms.indexOf(room)).map((other) => other.room);
    expect(room.mayImport.filter((other) => !above.includes(other))).toEqual([]);
    const imported = files
      .filter((file) => rowOf(file)?.room === room)
      .flatMap(importsOf)
      .map(rowOf)
      .filter((row) => row?.house === house && row.room !== room)
      .map((row) => row?.room.room);
    expect([...new Set(imported)].toSorted()).toEqual(room.mayImport.toSorted());
  });

  it('no feature of the window is imported by another', () => {
    const features = rows.filter(({ folder }) => folder.startsWith('src/renderer/features/'));
    expect(features.length).toBeGreaterThan(10);
    for (const { room } of features) expect(room.mayImport.join(' ')).not.toContain('features');
  });

  it.each(HOUSES)('$folder imports from outside of it only what it may', ({ folder, permits }) => {
    const outside = files
      .filter((file) => file.startsWith(`${folder}/`))
      .flatMap((file) => importsOf(file).map((target) => ({ file, target })))
      .filter(({ target }) => !target.startsWith(`${folder}/`) && !permits(target));
    const isElectronEntry = (file: string) =>
      file === 'src/main/index.ts' || file.startsWith('src/main/electron/');
    expect(outside.filter(({ file, target }) => target !== 'electron' || !isElectronEntry(file))).toEqual([]);
  });

  it('are all in the table, with nothing beside them but entries', () => {
    const entries = HOUSES.flatMap((house) => house.entries.map((entry) => `${house.folder}/${entry}`));
    expect(files.filter((file) => rowOf(file) === undefined).toSorted()).toEqual(entries.toSorted());
    expect(rows.filter(({ room }) => !files.some((file) => rowOf(file)?.room === room))).toEqual([]);
  });

  it('are printed in docs/architecture.md as they are in the table (npm run rooms)', () => {
    const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
    expect(text).toBe(betweenMarkers(text, printedHouses()));
  });

  it.each(rows)(
    '$folder has a README that says what it is for (npm run rooms)',
    ({ house, room, folder }) => {
      const text = readFileSync(join(root, folder, 'README.md'), 'utf8');
      const lines = readmeLines(house, room);
      expect(text).toBe(withReadmeLines(text, lines));
      const byHand = text.replace(lines.first, '').replace(lines.last, '');
      expect(byHand.trim()).not.toBe('');
      const named = [...byHand.matchAll(/`([\w./-]+\.(?:tsx?|nix))`/g)].map((match) => match[1] ?? '');
      const missing = named.filter(
        (file) => !existsSync(join(root, folder, file)) && !existsSync(join(root, file)),
      );
      expect(missing).toEqual([]);
    },
  );

  it('no files import each other in a circle', () => {
    expect(circles(new Map(files.map((file) => [file, importsOf(file)])))).toEqual([]);
    const pair = new Map([
      ['a', ['b', 'c']],
      ['b', ['a']],
    ]);
    expect(circles(pair)).toEqual([['a', 'b', 'a']]);
  });
});
