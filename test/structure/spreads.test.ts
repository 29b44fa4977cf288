import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** Few, whatever the input is. */
const FEW: Readonly<Record<string, string>> = {
  'src/main/catalog/catalog-records.ts': 'the outputs of a package',
  'src/main/cli/commands/doctor.ts': 'the checks of doctor',
  'src/main/nix/find-packages.ts': 'two halves',
  'src/main/nix/read-packages.ts': 'slices of a set',
};

/** Where arguments are spread, each takes room on the stack: some hundred thousand of them end the program. */
function spreadsIn(text: string): string[] {
  const calls = text.matchAll(
    /\b(?:push|unshift|splice|max|min|fromCharCode|fromCodePoint|concat|assign)\(/g,
  );
  return [...calls].flatMap((call) => {
    const start = call.index + call[0].length;
    let depth = 1;
    for (let at = start; at < text.length && depth > 0; at += 1) {
      if (depth === 1 && text.startsWith('...', at)) return [text.slice(call.index, at + 20)];
      if ('([{'.includes(text[at] ?? '')) depth += 1;
      else if (')]}'.includes(text[at] ?? '')) depth -= 1;
    }
    return [];
  });
}

it('spreads of arguments are found', () => {
  expect(
    spreadsIn('a.push(...b); Math.max(0, ...c.map((d) => d)); f([...e]); a.push([...b], { ...c });'),
  ).toEqual([expect.stringContaining('push(...b'), expect.stringContaining('max(0, ...c')]);
});

it('nothing spreads into arguments what an input may make long', () => {
  const found = globSync('src/**/*.{ts,tsx}', { cwd: root })
    .filter((file) => FEW[file] === undefined)
    .flatMap((file) =>
      spreadsIn(readFileSync(join(root, file), 'utf8')).map((spread) => `${file}: ${spread}`),
    );
  expect(found).toEqual([]);
});
