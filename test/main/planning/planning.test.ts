import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import { recordBuild, recordedBuilds } from '../../../src/main/planning/build-records.ts';
import { explanationLines } from '../../../src/main/planning/explain.ts';
import { readHintsFile } from '../../../src/main/planning/hints-file.ts';
import { learnFromBuilds } from '../../../src/main/planning/learn.ts';
import { planImageSet } from '../../../src/main/planning/plan-set.ts';
import { readKnownImages } from '../../../src/main/verbs/known-images.ts';
import { layeringSchema } from '../../../src/shared/document.ts';
import { sharingLines } from '../../../src/shared/layer-sharing.ts';
import { planGraph, refuseKnown } from '../../../src/shared/plan-graph.ts';

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
const context = () => ({ cacheDirectory: at('cache'), nix: { options: [] }, access: {} });
const layering = (fields: object = {}) => layeringSchema.parse({ budget: 2, ...fields });

describe('what is known of other images', () => {
  it('is read from closure graphs and plans, also from a directory of them', async () => {
    await mkdir(at('known'));
    await write('known/one.json', attrsOf(['app', 'lib']));
    await write('known/two.json', { layers: [{ contents: [pathOf('data')] }] });
    await write('known/three.json', [{ contents: [pathOf('lib'), pathOf('data')] }]);
    const known = await readKnownImages([at('known')], context());

    expect(known).toMatchObject([
      { type: 'planned', name: at('known/one.json'), graph: { paths: [pathOf('app'), pathOf('lib')] } },
      { type: 'existing', layers: [{ paths: [pathOf('lib'), pathOf('data')] }] },
      { type: 'existing', layers: [{ paths: [pathOf('data')] }] },
    ]);
  });

  it('passes over hints files in a directory, which lie beside their documents', async () => {
    await mkdir(at('known'));
    await write('known/web.hints.json', { version: 1 });
    await write('known/web.json', attrsOf(['app']));

    expect(await readKnownImages([at('known')], context())).toHaveLength(1);
  });

  it('counts a layer of a planned set once for each image that has it', async () => {
    await write('set.json', {
      layers: [
        { contents: [pathOf('lib')], images: [0, 1] },
        { contents: [pathOf('app')], images: [1] },
      ],
    });
    const [set] = await readKnownImages([at('set.json')], context());

    expect(set).toMatchObject({
      layers: [{ paths: [pathOf('lib')] }, { paths: [pathOf('lib')] }, { paths: [pathOf('app')] }],
    });
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
  const layersOf = ({ plan }: ReturnType<typeof planGraph>, budget: number) =>
    plan.layers(budget).map(({ nodes }) => Array.from(nodes, (node) => plan.graph.paths[node]).sort());
  const request = { graph: graphOf('app', 'lib', 'data'), popularity: {}, layering: layering() };
  const knownAt = (...names: string[]) => readKnownImages(names.map(at), context());

  it('shares layers with the closures of others', async () => {
    await write('other.json', attrsOf(['lib', 'other']));
    const planned = planGraph({ ...request, known: await knownAt('other.json') });

    expect(layersOf(planned, 2)).toContainEqual([pathOf('lib')]);
    expect(planned.known).toMatchObject([{ type: 'planned', name: at('other.json') }]);
  });

  it('takes over layers that exist', async () => {
    await write('plan.json', [{ contents: [pathOf('app'), pathOf('data')] }]);
    const planned = planGraph({ ...request, known: await knownAt('plan.json') });

    expect(layersOf(planned, 125)).toContainEqual([pathOf('app'), pathOf('data')]);
  });

  it('says how much exists already, and why another image is of no use', async () => {
    await write('plan.json', [{ contents: [pathOf('app'), pathOf('data')] }]);
    await write('elsewhere.json', [{ contents: [pathOf('other')] }]);
    await write('more.json', [{ contents: [pathOf('lib'), pathOf('other')] }]);
    const { plan, known } = planGraph({
      ...request,
      known: await knownAt('plan.json', 'elsewhere.json', 'more.json'),
    });

    expect(sharingLines(request.graph, plan.layers(2), known)).toEqual([
      '1 of 2 layers, 10.0 MB of 15.0 MB, exist in known images already',
      `No layer of ${at('elsewhere.json')} is taken over: it has no store path of this image.`,
      `No layer of ${at('more.json')} is taken over: each has paths that this image does not need.`,
    ]);
  });

  it('follows hints besides those of the document, and tells of names that are not there', () => {
    const planned = planGraph({
      ...request,
      layering: layering({ volatile: ['app'] }),
      hints: { pins: ['lib', 'libb'] },
    });

    expect(layersOf(planned, 3)).toContainEqual([pathOf('lib')]);
    expect(layersOf(planned, 2).at(-1)).toEqual([pathOf('app')]);
    expect(planned.unmatchedHints).toEqual(['libb']);
  });

  it('is only for strategies that look beyond the image', () => {
    expect(() => refuseKnown('single', { known: ['x.json'] })).toThrow(
      'looks at nothing but the image itself',
    );
    expect(() => refuseKnown('auto', { hints: 'x.json' })).toThrow('looks at nothing but the image itself');
    expect(() => refuseKnown('auto', {})).not.toThrow();
  });
});

describe('a plan for a set', () => {
  const imagesAt = (...names: string[]) => readKnownImages(names.map(at), context());

  it('tells which images share each layer, and how close to perfect sharing it is', async () => {
    await write('one.json', attrsOf(['app', 'lib']));
    await write('two.json', attrsOf(['lib', 'data']));
    const images = await imagesAt('one.json', 'two.json');
    const planned = planImageSet({ images, budget: 2, defaultBudget: 94 });

    expect(planned.layers.map(({ contents, images }) => [contents, images])).toEqual([
      [[pathOf('lib')], [0, 1]],
      [[pathOf('app')], [0]],
      [[pathOf('data')], [1]],
    ]);
    expect(planned.images).toMatchObject([
      { name: at('one.json'), budget: 2, layers: [1, 0], sizeBytes: 10_000_000 },
      { name: at('two.json'), budget: 2, layers: [0, 2] },
    ]);
    expect(planned.layerBytes).toBe(planned.pathBytes);
  });

  it('says which of its layers exist beside it', async () => {
    await write('one.json', attrsOf(['app', 'lib']));
    await write('plan.json', [{ contents: [pathOf('lib')] }]);
    const images = await imagesAt('one.json');
    const planned = planImageSet({ images, known: await imagesAt('plan.json'), defaultBudget: 94 });

    expect(planned.layers.map(({ contents, exists }) => [contents, exists])).toEqual([
      [[pathOf('app')], false],
      [[pathOf('lib')], true],
    ]);
  });

  it('refuses images that exist already as part of the set, and planned ones beside it', async () => {
    await write('one.json', attrsOf(['app', 'lib']));
    await write('plan.json', [{ contents: [pathOf('lib')] }]);
    const [graph, plan] = [await imagesAt('one.json'), await imagesAt('plan.json')];

    expect(() => planImageSet({ images: plan, defaultBudget: 94 })).toThrow('cannot be planned');
    expect(() => planImageSet({ images: graph, known: graph, defaultBudget: 94 })).toThrow('no layers yet');
  });
});

describe('learning', () => {
  const changed = () =>
    readStructuredAttrs({
      graph: [pathOf('app', 'f'), pathOf('lib')].map((path) => ({ path, narSize: 1, references: [] })),
    });

  const built = (graph: ReturnType<typeof graphOf>, system = 'x86_64-linux') => ({ system, graph });

  it('compares builds for one system only with each other', async () => {
    const document = at('web.strata.json');
    for (const system of ['x86_64-linux', 'aarch64-linux', 'x86_64-linux']) {
      const graph = system === 'aarch64-linux' ? changed() : graphOf('app', 'lib');
      await recordBuild(at('builds'), document, built(graph, system));
    }
    const histories = await recordedBuilds(at('builds'), document);

    expect(await learnFromBuilds({ histories, hintsFile: at('h.json') })).toMatchObject({
      steps: 0,
      changes: [],
    });
  });

  it('remembers builds of a document and writes what changed into the hints', async () => {
    const document = at('web.strata.json');
    await recordBuild(at('builds'), document, built(graphOf('app', 'lib')));
    await recordBuild(at('builds'), document, built(graphOf('app', 'lib')));
    await recordBuild(at('builds'), document, built(changed()));
    const histories = await recordedBuilds(at('builds'), document);
    expect(histories.map((builds) => builds.map(({ paths }) => paths))).toEqual([
      [graphOf('app', 'lib').paths, changed().paths],
    ]);

    await write('hints.json', { version: 1, pins: ['lib'] });
    const learned = await learnFromBuilds({ histories, hintsFile: at('hints.json') });
    expect(learned).toMatchObject({ steps: 1, changes: [{ name: 'app-*', count: 1 }] });
    expect(await readHintsFile(at('hints.json'))).toEqual({
      version: 1,
      pins: ['lib'],
      updates: { steps: 1, changes: { 'app-*': 1 } },
    });
    // The same past learned twice is the same.
    await learnFromBuilds({ histories, hintsFile: at('hints.json') });
    expect((await readHintsFile(at('hints.json'))).updates?.changes).toEqual({ 'app-*': 1 });
  });

  it('has nothing to tell of one build, and begins anew where its records are damaged', async () => {
    await recordBuild(at('builds'), at('a'), built(graphOf('app')));
    const histories = await recordedBuilds(at('builds'), at('a'));
    expect((await learnFromBuilds({ histories, hintsFile: at('h.json') })).steps).toBe(0);
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
  const explain = (fields: object, more: object = {}) => {
    const graph = graphOf('app', 'lib');
    const request = { graph, popularity: {}, layering: layering(fields), ...more };
    const planned = planGraph(request);
    return explanationLines({ ...request, ...planned, layers: planned.plan.layers(2) }).join('\n');
  };

  it('has a paragraph a layer', () => {
    const text = explain({ volatile: ['app'] });

    expect(text).toContain('Marked as changing with every build');
    expect(text).toContain('Alone, because');
    expect(text).toContain('update lib-1: moves 5.00 MB in 1 layer');
  });

  it('tells of layers that exist, and where', () => {
    const layers = [{ paths: [pathOf('app'), pathOf('lib')] }];
    const text = explain({}, { known: [{ type: 'existing', name: 'b.tar', layers, packedElsewhere: 0 }] });

    expect(text).toContain('Taken over as it is');
    expect(text).toContain('Also in b.tar.');
  });

  it('gives the rule of a strategy that does not weigh what layers cost', () => {
    expect(explain({ strategy: 'single' })).toContain('This strategy makes one layer.');
  });
});
