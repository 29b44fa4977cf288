import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot, strata, temporaryDirectory } from '../../support/cli.ts';

interface GroupingCase {
  readonly budget: number;
  readonly attrs: { readonly graph: readonly { readonly path: string; readonly narSize: number }[] };
  readonly popularity: Record<string, number>;
  readonly layers: readonly (readonly string[])[];
}

let directory: { path: string; remove: () => Promise<void> };
let web: GroupingCase;
const at = (name: string) => join(directory.path, name);

beforeAll(async () => {
  directory = await temporaryDirectory('graph-commands');
  web = await readCase('web');
  await writeFile(at('graph.json'), JSON.stringify(web.attrs));
  await writeFile(at('pop.json'), JSON.stringify(web.popularity));
});
afterAll(() => directory.remove());

async function readCase(name: string): Promise<GroupingCase> {
  const file = join(repositoryRoot, 'test/fixtures/grouping-cases', `${name}.json.gz`);
  return JSON.parse(gunzipSync(await readFile(file)).toString()) as GroupingCase;
}

function asSets(layers: readonly (readonly string[])[]): string[] {
  return layers.map((layer) => layer.toSorted().join()).sort();
}

describe('strata group-layers', () => {
  it('has the interface and the layers of the original program', async () => {
    const result = await strata([
      ...['group-layers', '--graph', at('graph.json'), '--pop', at('pop.json')],
      ...['--budget', String(web.budget), '--out', at('out.json')],
    ]);
    expect(result).toMatchObject({ exitCode: 0, stdout: '' });
    const layers = JSON.parse(await readFile(at('out.json'), 'utf8')) as { contents: string[] }[];
    expect(asSets(layers.map(({ contents }) => contents))).toEqual(asSets(web.layers));
  });

  it('says what is wrong with a graph, and where', async () => {
    await writeFile(at('bad.json'), '{"graph":[{"path":"/nix/store/x","narSize":-1,"references":[]}]}');
    const result = await strata(['group-layers', '--graph', at('bad.json'), '--out', at('none.json')]);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toMatch(/bad\.json.*graph\[0\]/);
    expect(existsSync(at('none.json'))).toBe(false);
  });
});

describe('strata plan', () => {
  it('writes a partition within the budget, of the same bytes each time', async () => {
    const args = ['plan', '--graph', at('graph.json'), '--pop', at('pop.json'), '--budget', '7', '--json'];
    const [first, second] = [await strata(args), await strata(args)];
    expect(first.exitCode).toBe(0);
    expect(second.stdout).toBe(first.stdout);
    const { layers } = JSON.parse(first.stdout) as { layers: { contents: string[]; sizeBytes: number }[] };
    expect(layers.length).toBeLessThanOrEqual(7);
    expect(layers.flatMap(({ contents }) => contents).sort()).toEqual(
      web.attrs.graph.map(({ path }) => path).sort(),
    );
    const bytes = layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    expect(bytes).toBe(web.attrs.graph.reduce((sum, { narSize }) => sum + narSize, 0));
  });

  it('does not take a graph and packages at once', async () => {
    const result = await strata(['plan', '--graph', at('graph.json'), '--packages', 'bash']);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('Both a graph and something to compose');
  });
});

describe('strata graph', () => {
  it('tells what every path weighs', async () => {
    const result = await strata(['graph', '--graph', at('graph.json'), '--format', 'json', '--sort', 'size']);
    const facts = JSON.parse(result.stdout) as { narBytes: number; dominatedBytes: number }[];
    expect(facts.length).toBe(web.attrs.graph.length);
    expect(facts.every(({ narBytes, dominatedBytes }) => dominatedBytes >= narBytes)).toBe(true);
    expect(facts.map(({ narBytes }) => narBytes)).toEqual(
      web.attrs.graph.map(({ narSize }) => narSize).sort((a, b) => b - a),
    );
  });

  it('draws itself for Graphviz', async () => {
    const { stdout } = await strata(['graph', '--graph', at('graph.json'), '--format', 'dot']);
    expect(stdout).toMatch(/^digraph closure \{\n[\s\S]* -> [\s\S]*\n\}$/);
  });
});

describe('strata why', () => {
  it('shows the shortest chain from a package that was asked for', async () => {
    const { stdout, exitCode } = await strata(['why', 'libc6', '--graph', at('graph.json')]);
    expect(exitCode).toBe(0);
    const [path, root, ...steps] = stdout.split('\n');
    expect(path).toMatch(/^\/nix\/store\/.*-libc6-/);
    expect(root).toMatch(/^ {2}(nginx|python3-flask|redis-server)-/);
    expect(steps.at(-1)).toContain('libc6-');
  });

  it('says when there is no such path, and which names are near', async () => {
    const result = await strata(['why', 'libc7', '--graph', at('graph.json')]);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toMatch(/libc7 is not in the closure of \d+ paths/);
    expect(result.stderr).toContain('libc6');
  });
});

describe('strata', () => {
  it('knows its commands, and near ones', async () => {
    const { stdout } = await strata(['--help']);
    for (const command of [
      'build',
      'plan',
      'group-layers',
      'graph',
      'why',
      'verify',
      'search',
      'cache',
      'doctor',
    ]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
      expect((await strata(['help', command])).stdout).toContain(`strata ${command}`);
    }
    expect((await strata(['biuld'])).stderr).toContain('Did you mean build?');
    expect((await strata(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

describe('a graph from elsewhere', () => {
  it.each([
    ['graph', false],
    ['plan', false],
    ['why', true],
  ])('does not drive the terminal: %s', async (command, asks) => {
    const path = `/nix/store/${'a'.repeat(32)}-evil\u001b]0;title\u0007`;
    await writeFile(at('evil.json'), JSON.stringify({ graph: [{ path, narSize: 1, references: [] }] }));
    const question = asks ? [path] : [];
    const { exitCode, stdout } = await strata([command, ...question, '--graph', at('evil.json')]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('evil');
    expect(stdout).not.toContain('\u001b');
  });
});
