import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runGroupLayers } from '../../../src/main/planning/group-layers.ts';
import { StrataError } from '../../../src/shared/errors.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-group-layers-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const file = (name: string) => join(directory, name);
function write(name: string, value: unknown): string {
  writeFileSync(file(name), typeof value === 'string' ? value : JSON.stringify(value));
  return file(name);
}

const path = (name: string) => `/nix/store/${name.repeat(32)}-${name}`;
const record = (name: string, closureSize: number) => ({
  path: path(name),
  narSize: 1,
  closureSize,
  references: [],
});
const graph = { graph: [record('a', 3), record('b', 2), record('c', 1)] };

async function refusal(run: Promise<void>): Promise<StrataError> {
  const error: unknown = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof StrataError)) throw new Error(`expected a StrataError, got ${String(error)}`);
  return error;
}

describe('runGroupLayers', () => {
  it('writes layers within the budget, by the popularity in its own file', async () => {
    const out = file('layers.json');
    await runGroupLayers({
      graph: write('graph.json', graph),
      pop: write('pop.json', { c: 10 }),
      budget: 2,
      out,
    });

    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual([
      { contents: [path('c')] },
      { contents: [path('a'), path('b')] },
    ]);
  });

  it('takes the popularity beside the graph where no file is named', async () => {
    const out = file('layers.json');
    await runGroupLayers({ graph: write('graph.json', { ...graph, popularity: { b: 10 } }), budget: 2, out });

    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual([
      { contents: [path('b')] },
      { contents: [path('a'), path('c')] },
    ]);
  });

  it('says which file is at fault, and where in it', async () => {
    const bad = write('bad.json', '{"graph": [');
    const good = write('graph.json', graph);
    const counts = write('pop.json', { a: -1 });
    const out = file('unwritten.json');

    const inGraph = await refusal(runGroupLayers({ graph: bad, budget: 2, out }));
    expect(inGraph).toMatchObject({ code: 'invalid-graph' });
    expect(inGraph.message).toBe(`${bad}: line 1, column 12: this is not JSON`);

    const inCounts = await refusal(runGroupLayers({ graph: good, pop: counts, budget: 2, out }));
    expect(inCounts.message).toBe(`${counts}: popularity["a"]: expected a whole number from 0, found -1`);

    const missing = await refusal(runGroupLayers({ graph: file('none.json'), budget: 2, out }));
    expect(missing).toMatchObject({ code: 'file-system' });

    expect(() => readFileSync(out)).toThrow('ENOENT');
  });

  it.each([0, 1.5, Number.NaN])('refuses a budget of %d', async (budget) => {
    const error = await refusal(
      runGroupLayers({ graph: write('graph.json', graph), budget, out: file('out.json') }),
    );

    expect(error).toMatchObject({ code: 'usage' });
  });
});
