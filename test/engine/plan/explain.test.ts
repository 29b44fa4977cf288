import { describe, expect, it } from 'vitest';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import { explainLayers } from '../../../src/engine/strategies/explain.ts';
import { strata } from '../../../src/engine/strategies/strata.ts';

const at = (name: string) =>
  `/nix/store/${name
    .replace(/[^a-z]/g, '')
    .padEnd(32, '0')
    .slice(0, 32)}-${name}`;
const record = (name: string, narSize: number, ...references: string[]) => ({
  path: at(name),
  narSize,
  references: references.map(at),
});

describe('an explanation', () => {
  const graph = readStructuredAttrs({
    exportReferencesGraph: { graph: [at('bash-5'), at('app-1')] },
    graph: [
      record('bash-5', 9e6, 'glibc-2'),
      record('glibc-2', 30e6),
      record('app-1', 80e6, 'xlib-1', 'glibc-2', 'mine-1', 'yours-1'),
      record('xlib-1', 1.5e6, 'xau-1'),
      record('xau-1', 2e4, 'glibc-2'),
      record('mine-1', 5e6, 'glibc-2'),
      record('yours-1', 6e6, 'glibc-2'),
    ],
  });
  const options = {
    popularity: { 'bash-5': 50, 'glibc-2': 20_000, 'xlib-1': 1000 },
    hints: { pins: ['yours'], volatile: ['app'] },
  };
  const explain = (budget: number) =>
    explainLayers(graph, strata(graph, options).layers(budget), options).map((explanation) => ({
      ...explanation,
      names: Array.from(explanation.layer.nodes, (node) => graph.paths[node].slice(44)),
    }));

  it('says why the paths of each layer are together', () => {
    const reasons = explain(20).map(({ names, reason }) => [names.join(' '), reason]);

    expect(Object.fromEntries(reasons)).toMatchObject({
      'app-1': { kind: 'volatile' },
      'yours-1': { kind: 'pinned' },
      'xau-1 xlib-1': { kind: 'companions', host: graph.paths.indexOf(at('xlib-1')) },
      'mine-1': { kind: 'alone' },
    });
    const tools = explain(4).find(({ names }) => names.includes('bash-5'));
    expect(tools).toMatchObject({ names: ['bash-5', 'glibc-2'], reason: { kind: 'tools' } });
    const merged = explain(4).find(({ names }) => names.includes('mine-1'));
    expect(merged?.reason).toEqual({ kind: 'merged' });
  });

  it('says what an update of each path would move', () => {
    const layers = explain(20);
    const sizeOf = (name: string) => layers.find(({ names }) => names.includes(name))?.layer.sizeBytes ?? 0;
    const update = layers
      .flatMap(({ updates }) => updates)
      .find(({ node }) => graph.paths[node] === at('xau-1'));

    // xau changes, and with it xlib and the application: two layers.
    expect(update).toMatchObject({ changedBytes: 2e4 + 1.5e6 + 80e6, changedLayers: 2 });
    expect(update?.movedBytes).toBe(sizeOf('xau-1') + sizeOf('app-1'));
    const first = layers.findIndex(({ names }) => names.includes('xau-1'));
    const onward = layers.slice(first).reduce((sum, { layer }) => sum + layer.sizeBytes, 0);
    expect(update?.movedByChainBytes).toBe(onward);
    // The mean over the updates of all paths is the sum of what each layer can be expected to move.
    const updates = layers.flatMap((each) => each.updates);
    const total = updates.reduce((sum, each) => sum + each.movedByChainBytes, 0);
    const expected = layers.reduce((sum, { expectedByChainBytes }) => sum + expectedByChainBytes, 0);
    expect(expected).toBeCloseTo(total / graph.size, 3);
  });

  it('counts the paths that change a layer, and those that change all of it', () => {
    const companions = explain(20).find(({ names }) => names.includes('xlib-1'));

    // xlib, xau and glibc change the layer; xau and glibc change both of its paths.
    expect(companions).toMatchObject({ exposure: 3, commonExposure: 2 });
  });
});
