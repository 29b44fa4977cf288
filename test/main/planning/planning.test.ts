import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import { recordBuild, recordedBuilds } from '../../../src/main/planning/build-records.ts';
import { explainPlan, explanationLines } from '../../../src/main/planning/explain.ts';
import { readHintsFile } from '../../../src/main/planning/hints-file.ts';
import { readKnownImages } from '../../../src/main/planning/known-images.ts';
import { learnFromBuilds } from '../../../src/main/planning/learn.ts';
import { planGraph } from '../../../src/main/planning/plan-graph.ts';
import { planImageSet } from '../../../src/main/planning/plan-set.ts';
import { layeringSchema } from '../../../src/shared/document.ts';

const HASHES: Readonly<Record<string, string>> = { app: 'a', lib: 'b', data: 'c', other: 'd' };
const pathOf = (name: string, hash = HASHES[name] ?? 'z') => `/nix/store/${hash.repeat(32)}-${name}-1`;
const attrsOf = (names: readonly string[]) => ({
  exportReferencesGraph: { graph: names.map((name) => pathOf(name)) },
  graph: names.map((name) => ({
    path: pathOf(name),
    narSize: 5_000_000,
    closureSize: 5_000_000,
    references: [],
  })),
});
const graphOf = (...names: string[]) => readStructuredAttrs(attrsOf(names));

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'strata-planning-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const at = (name: string) => join(directory, name);
const write = (name: string, value: unknown) => writeFile(at(name), JSON.stringify(value));
const context = () => ({ compose: { cacheDirectory: at('cache'), nix: { options: [] } } });
const layering = (fields: object = {}) => layeringSchema.parse({ budget: 2, ...fields });

describe('what is known of other images', () => {
  it('is read from closure graphs and plans, also from a directory of them', async () => {
    await mkdir(at('known'));
    await write('known/one.json', attrsOf(['app', 'lib']));
    await write('known/two.json', { layers: [{ contents: [pathOf('data')] }] });
    await write('known/three.json', [{ contents: [pathOf('lib'), pathOf('data')] }]);
    const known = await readKnownImages([at('known')], context());

    expect(known.closures.map(({ paths }) => paths)).toEqual([[pathOf('app'), pathOf('lib')]]);
    expect(known.layers).toEqual([[pathOf('lib'), pathOf('data')], [pathOf('data')]]);
  });

  it('is refused with its name where it is nothing of the kind', async () => {
    await write('wrong.json', { some: 'thing' });
    await writeFile(at('text.json'), 'no JSON');
    await mkdir(at('empty'));

    await expect(readKnownImages([at('wrong.json')], context())).rejects.toMatchObject({
      code: 'invalid-graph',
      message: expect.stringContaining('wrong.json'),
    });
    await expect(readKnownImages([at('text.json')], context())).rejects.toMatchObject({
      code: 'invalid-graph',
    });
    await expect(readKnownImages([at('empty')], context())).rejects.toMatchObject({ code: 'usage' });
    await expect(readKnownImages([at('none.json')], context())).rejects.toMatchObject({
      code: 'file-system',
    });
  });
});

describe('a plan with what is known', () => {
  const layersOf = (plan: Awaited<ReturnType<typeof planGraph>>, budget: number) =>
    plan.layers(budget).map(({ nodes }) => Array.from(nodes, (node) => plan.graph.paths[node]).sort());
  const request = { graph: graphOf('app', 'lib', 'data'), popularity: {}, layering: layering() };

  it('shares layers with the closures of others', async () => {
    await write('other.json', attrsOf(['lib', 'other']));
    const plan = await planGraph({ ...request, known: [at('other.json')] }, context());

    expect(layersOf(plan, 2)).toContainEqual([pathOf('lib')]);
  });

  it('takes over layers that exist', async () => {
    await write('plan.json', [{ contents: [pathOf('app'), pathOf('data')] }]);
    const plan = await planGraph({ ...request, known: [at('plan.json')] }, context());

    expect(layersOf(plan, 125)).toContainEqual([pathOf('app'), pathOf('data')]);
  });

  it('follows a hints file besides the document’s hints', async () => {
    await write('hints.json', { version: 1, pins: ['lib'] });
    const plan = await planGraph(
      { ...request, layering: layering({ volatile: ['app'] }), hintsFile: at('hints.json') },
      context(),
    );

    expect(layersOf(plan, 3)).toContainEqual([pathOf('lib')]);
    expect(layersOf(plan, 2).at(-1)).toEqual([pathOf('app')]);
  });

  it('is only for strategies that look beyond the image', async () => {
    const single = { ...request, layering: layering({ strategy: 'single' }), known: [at('x.json')] };

    await expect(planGraph(single, context())).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('a plan for a set', () => {
  it('tells which images share each layer, and how close to perfect sharing it is', async () => {
    await write('one.json', attrsOf(['app', 'lib']));
    await write('two.json', attrsOf(['lib', 'data']));
    const planned = await planImageSet({ images: [at('one.json'), at('two.json')], budget: 2 }, context());

    expect(planned.layers.map(({ contents, images }) => [contents, images])).toEqual([
      [[pathOf('lib')], [0, 1]],
      [[pathOf('app')], [0]],
      [[pathOf('data')], [1]],
    ]);
    expect(planned.images).toEqual([
      [0, 1],
      [0, 2],
    ]);
    expect(planned.layerBytes).toBe(planned.pathBytes);
  });
});

describe('learning', () => {
  const changed = () =>
    readStructuredAttrs({
      graph: [pathOf('app', 'f'), pathOf('lib')].map((path) => ({ path, narSize: 1, references: [] })),
    });

  it('remembers builds of a document and writes what changed into the hints', async () => {
    const document = at('web.strata.json');
    await recordBuild(at('builds'), document, graphOf('app', 'lib'));
    await recordBuild(at('builds'), document, graphOf('app', 'lib'));
    await recordBuild(at('builds'), document, changed());
    const builds = await recordedBuilds(at('builds'), document);
    expect(builds.map(({ paths }) => paths)).toEqual([graphOf('app', 'lib').paths, changed().paths]);

    await write('hints.json', { version: 1, pins: ['lib'] });
    const learned = await learnFromBuilds({ builds, hintsFile: at('hints.json') });
    expect(learned).toMatchObject({ steps: 1, changes: [{ name: 'app-*', count: 1 }] });
    expect(await readHintsFile(at('hints.json'))).toEqual({
      version: 1,
      pins: ['lib'],
      updates: { steps: 1, changes: { 'app-*': 1 } },
    });
    // The same past learned twice is the same.
    await learnFromBuilds({ builds, hintsFile: at('hints.json') });
    expect((await readHintsFile(at('hints.json'))).updates?.changes).toEqual({ 'app-*': 1 });
  });

  it('has nothing to tell of one build, and begins anew where its records are damaged', async () => {
    await recordBuild(at('builds'), at('a'), graphOf('app'));
    const [build] = await recordedBuilds(at('builds'), at('a'));
    expect((await learnFromBuilds({ builds: build ? [build] : [], hintsFile: at('h.json') })).steps).toBe(0);
    expect(JSON.parse(await readFile(at('h.json'), 'utf8'))).toMatchObject({ version: 1 });
    expect(await recordedBuilds(at('builds'), at('another'))).toEqual([]);
  });

  it('refuses a hints file with fields that it does not know', async () => {
    await write('hints.json', { version: 1, pin: ['lib'] });

    await expect(readHintsFile(at('hints.json'))).rejects.toMatchObject({
      code: 'invalid-document',
      message: expect.stringContaining('pin'),
    });
  });
});

describe('an explanation in words', () => {
  it('has a paragraph a layer', async () => {
    const graph = graphOf('app', 'lib');
    const request = { graph, popularity: {}, layering: layering({ volatile: ['app'] }) };
    const layers = (await planGraph(request, context())).layers(2);
    const lines = explanationLines(graph, explainPlan({ ...request, layers })).join('\n');

    expect(lines).toContain('changes with every build');
    expect(lines).toContain('worth a layer of its own');
    expect(lines).toContain('lib-1: an update moves');
  });
});
