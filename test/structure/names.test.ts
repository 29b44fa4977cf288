import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

const DECLARATION =
  /^export (?:declare |abstract |async )*(?:interface|type|const|let|function\*?|class) (\w+)/gm;

const declared = (text: string): string[] => [...text.matchAll(DECLARATION)].map((match) => match[1] ?? '');

it('exported declarations are found', () => {
  const text = [
    'export interface A<T> {}',
    'export async function* b() {}',
    'export const c = 1;',
    'const d = 2;',
    "export type { E } from './e.ts';",
  ].join('\n');
  expect(declared(text)).toEqual(['A', 'b', 'c']);
});

it('a name that one file exports is declared in no other: one name, one meaning', () => {
  const filesOf = new Map<string, Set<string>>();
  for (const file of globSync('src/**/*.{ts,tsx}', { cwd: root }).sort()) {
    for (const name of declared(readFileSync(join(root, file), 'utf8'))) {
      filesOf.set(name, (filesOf.get(name) ?? new Set()).add(file));
    }
  }
  expect(filesOf.size).toBeGreaterThan(500);
  const twice = [...filesOf].filter(([, files]) => files.size > 1);
  expect(twice.map(([name, files]) => `${name}: ${[...files].join(', ')}`)).toEqual([]);
});

it('a text becomes what is branded in one file alone', () => {
  const branded = globSync('src/**/*.{ts,tsx}', { cwd: root }).flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/\bas (Digest|RawPath)\b/g)].map(
      ([, brand]) => `${brand}: ${file}`,
    ),
  );
  expect(branded.sort()).toEqual([
    'Digest: src/engine/oci/digest.ts',
    'RawPath: src/main/archive/raw-path.ts',
  ]);
});
