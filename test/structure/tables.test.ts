import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { platformOfSystem } from '../../src/engine/oci/platform.ts';
import { parseSize } from '../../src/main/compare/parse-size.ts';
import { applyPreset, PRESETS } from '../../src/renderer/features/config/presets.ts';
import { documentSchema } from '../../src/shared/document.ts';

const root = resolve(import.meta.dirname, '../..');

/** Tables that are written down as objects and asked for any string. */
function openTables(text: string): string[] {
  return [...text.matchAll(/: (?:Readonly<)?Record<string, .*> = \{(?!\};)/g)].map(([table]) => table);
}

it('a table that any string may be looked up in is found', () => {
  expect(openTables('const UNITS: Readonly<Record<string, number>> = {\n  kb: 1e3 };')).toHaveLength(1);
  expect(openTables('const units: Record<string, Unit> = {};')).toHaveLength(0);
});

it('tables that are asked for text from outside are maps: an object knows "constructor" too', () => {
  const files = globSync('src/**/*.{ts,tsx}', { cwd: root });
  expect(files.length).toBeGreaterThan(600);
  const found = files.flatMap((file) =>
    openTables(readFileSync(join(root, file), 'utf8')).map((table) => `${file}${table}`),
  );
  expect(found).toEqual([]);
});

it('a package, a system and a unit named "constructor" are nothing special', () => {
  const document = documentSchema.parse({ version: 1, packages: ['constructor', 'hello'] });
  for (const preset of PRESETS) expect(() => applyPreset(document, preset)).not.toThrow();
  expect(platformOfSystem('constructor-linux')).toBeUndefined();
  expect(() => parseSize('5 constructor')).toThrow('not a size');
});
