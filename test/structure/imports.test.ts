import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HOST_ROOMS, WINDOW_ROOMS } from './rooms.ts';

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

function violations(room: string, permitted: (target: string) => boolean): string[] {
  return files
    .filter((file) => file.startsWith(`${room}/`))
    .flatMap((file) =>
      importsOf(file)
        .filter((target) => !permitted(target))
        .map((target) => `${file} imports ${target}`),
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

  const foundations = [
    { room: 'src/engine', mayImport: /^src\/engine\// },
    { room: 'src/shared', mayImport: /^(src\/shared\/|src\/engine\/|zod$|@orpc\/contract$)/ },
    { room: 'src/preload', mayImport: /^(src\/preload\/|src\/shared\/|electron$)/ },
  ];
  it.each(foundations)('$room imports nothing but what it may', ({ room, mayImport }) => {
    expect(violations(room, (target) => mayImport.test(target))).toEqual([]);
  });

  it.each(HOST_ROOMS)(
    'in the host, $room imports just the rooms of the table, all of them above it',
    (row) => {
      const above = HOST_ROOMS.slice(0, HOST_ROOMS.indexOf(row)).map(({ room }) => room);
      expect(row.mayImport.filter((room) => !above.includes(room))).toEqual([]);
      const imported = files
        .filter((file) => file.startsWith(`src/main/${row.room}/`))
        .flatMap((file) =>
          importsOf(file).flatMap((target) => /^src\/main\/([^/]+)\//.exec(target)?.[1] ?? []),
        )
        .filter((room) => room !== row.room);
      expect([...new Set(imported)].toSorted()).toEqual([...row.mayImport].toSorted());
    },
  );

  it('the host has no other rooms, and nothing beside them but its entries', () => {
    const inHost = files.filter((file) => file.startsWith('src/main/'));
    const rooms = new Set(inHost.flatMap((file) => /^src\/main\/([^/]+)\//.exec(file)?.[1] ?? []));
    expect([...rooms].toSorted()).toEqual(HOST_ROOMS.map(({ room }) => room).toSorted());
    const beside = inHost.filter((file) => file.split('/').length === 3);
    expect(beside).toEqual(['src/main/cli.ts', 'src/main/host.ts', 'src/main/index.ts']);
  });

  it('no files import each other in a circle', () => {
    expect(circles(new Map(files.map((file) => [file, importsOf(file)])))).toEqual([]);
    const pair = new Map([
      ['a', ['b', 'c']],
      ['b', ['a']],
    ]);
    expect(circles(pair)).toEqual([['a', 'b', 'a']]);
  });

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
