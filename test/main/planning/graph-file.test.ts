import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGraphFile, readPopularityFile } from '../../../src/main/planning/graph-file.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-graph-file-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function write(value: unknown): string {
  const file = join(directory, 'graph.json');
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
}

const path = `/nix/store/${'a'.repeat(32)}-a`;
const record = { path, narSize: 1, closureSize: 1, references: [] };

describe('a graph file', () => {
  it.each([
    ['attributes', { graph: [record], popularity: { a: 3 } }, { a: 3 }],
    ['attributes without counts', { graph: [record] }, {}],
    ['path-info', [record], {}],
    ['path-info by path', { [path]: { narSize: 1, closureSize: 1, references: [] } }, {}],
  ])('may be of any shape of Nix: %s', async (_, value, popularity) => {
    const file = await readGraphFile(write(value));
    expect(file.graph.paths).toEqual([path]);
    expect(file.popularity).toEqual(popularity);
  });

  it('is named with the place of what is wrong, and nothing of this program', async () => {
    const file = write({ graph: [{ ...record, narSize: -1 }] });
    await expect(readGraphFile(file)).rejects.toEqual(
      expect.objectContaining({
        code: 'invalid-graph',
        message: `${file}: graph[0].narSize: expected a whole number of bytes from 0 to 2^53 - 1, found -1`,
        hint: expect.stringContaining('nix path-info'),
      }),
    );
    await expect(readPopularityFile(write({ a: 0.5 }))).rejects.toEqual(
      expect.objectContaining({ code: 'invalid-graph', hint: expect.stringContaining('names without hash') }),
    );
    await expect(readGraphFile(join(directory, 'none'))).rejects.toEqual(
      expect.objectContaining({ code: 'file-system' }),
    );
  });
});
