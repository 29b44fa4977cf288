import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documentJsonSchema } from '../../src/shared/parse-document.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

describe('the repository', () => {
  it('has a lock file that names no registry, so that it installs from whichever one is configured', () => {
    const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { resolved?: string }> };
    expect(Object.keys(lock.packages).length).toBeGreaterThan(100);
    const resolved = Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined);
    expect(resolved).toEqual([]);
  });

  it('gives each decision a number of its own', () => {
    const numbers = readdirSync(join(root, 'docs/decisions')).map((file) => file.slice(0, 4));
    expect(numbers.length).toBeGreaterThan(50);
    expect(numbers.filter((number, at) => numbers.indexOf(number) !== at)).toEqual([]);
  });

  it('has the JSON Schema of documents that the code generates (npm run schema writes it)', () => {
    expect(JSON.parse(read('docs/strata.schema.json'))).toEqual(documentJsonSchema());
  });

  it('has the files that docs/architecture.md names', () => {
    const named = [...read('docs/architecture.md').matchAll(/`((?:src|test|nix)\/[\w./-]+)`/g)].map(
      (match) => match[1] ?? '',
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});
