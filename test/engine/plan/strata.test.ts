import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import type { Plan } from '../../../src/engine/plan/plan.ts';
import { strata } from '../../../src/engine/strategies/strata.ts';
import { arbitraryGraph, arbitraryShuffle, attrsOf } from '../graph/arbitrary-graph.ts';
import { contentsOf } from './plan-properties.ts';

const popularity = { 'bash-5.2': 900, 'glibc-2.36': 20_000, 'openssl-3.0': 800, a: 3 };
const budgets = [1, 2, 3, 4, 5, 7, 11, 20, 60, 125];

function expectPartition(plan: Plan, budget: number): void {
  const layers = plan.layers(budget);
  expect(layers.length).toBeLessThanOrEqual(budget);
  const nodes = layers.flatMap((layer) => [...layer.nodes]);
  expect(nodes.sort((a, b) => a - b)).toEqual([...plan.graph.paths.keys()]);
  expect(layers.every((layer) => layer.nodes.length > 0)).toBe(true);
}

describe('strata', () => {
  it('partitions any graph within any budget', () => {
    fc.assert(
      fc.property(arbitraryGraph(40), (plain) => {
        const plan = strata(readStructuredAttrs(attrsOf(plain)), { popularity });
        for (const budget of budgets) expectPartition(plan, budget);
      }),
    );
  });

  it('refines the layers of smaller budgets within a scale, so that dragging the budget hardly ever reshuffles', () => {
    fc.assert(
      fc.property(arbitraryGraph(40), (plain) => {
        const plan = strata(readStructuredAttrs(attrsOf(plain)), { popularity });
        for (let budget = 1; budget < 30; budget++) {
          const coarse = contentsOf(plan, budget).map((layer) => new Set(layer));
          for (const fine of contentsOf(plan, budget + 1)) {
            expect(coarse.some((layer) => fine.every((path) => layer.has(path)))).toBe(true);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('does not depend on the order of the input', () => {
    fc.assert(
      fc.property(arbitraryShuffle(30), ({ graph, shuffled }) => {
        const plans = [attrsOf(graph), shuffled].map((attrs) =>
          strata(readStructuredAttrs(attrs), { popularity }),
        );
        for (const budget of budgets)
          expect(contentsOf(plans[0], budget)).toEqual(contentsOf(plans[1], budget));
      }),
    );
  });

  it('keeps every hint that the budget has room for, whatever the graph', () => {
    const hints = { pins: ['openssl'], keepTogether: [['bash', 'a']], volatile: ['x-1.0-bin'] };
    const isNamed = (name: string) => (path: string) => path.endsWith(`-${name}`);
    fc.assert(
      fc.property(arbitraryGraph(30), (plain) => {
        const plan = strata(readStructuredAttrs(attrsOf(plain)), { popularity, hints });
        const count = (name: string) => plain.paths.filter(isNamed(name)).length;
        const room = count('openssl-3.0') + 1 + 2;
        for (const budget of [room, room + 1, room + 10]) {
          const layers = contentsOf(plan, budget);
          expectPartition(plan, budget);
          for (const layer of layers) {
            if (layer.some(isNamed('openssl-3.0'))) expect(layer).toHaveLength(1);
            const isTogether = (path: string) => isNamed('bash-5.2')(path) || isNamed('a')(path);
            const together = layer.filter(isTogether).length;
            if (together > 0) expect(together).toBe(count('bash-5.2') + count('a'));
          }
          const last = layers.findIndex((layer) => layer.some(isNamed('x-1.0-bin')));
          if (count('x-1.0-bin') > 0) {
            expect(last).toBe(layers.length - 1);
            expect(layers[last]?.every(isNamed('x-1.0-bin'))).toBe(true);
          }
        }
      }),
    );
  });

  it('gives up pins before it exceeds the budget, and what is volatile last', () => {
    const graph = readStructuredAttrs({
      graph: ['a', 'b', 'c', 'd'].map((path) => ({ path, narSize: 10, references: [] })),
    });
    const plan = strata(graph, { hints: { pins: ['a', 'b'], volatile: ['d'] } });

    expect(contentsOf(plan, 4).map((layer) => layer.join(''))).toEqual(['a', 'b', 'c', 'd']);
    expect(contentsOf(plan, 2).map((layer) => layer.join(''))).toEqual(['abc', 'd']);
    expect(contentsOf(plan, 1).map((layer) => layer.join(''))).toEqual(['abcd']);
  });

  it('plans without popularity, and a graph of nothing', () => {
    const nothing = strata(readStructuredAttrs({ graph: [] }));
    expect(nothing.maxLayers).toBe(0);
    expect(nothing.layers(20)).toEqual([]);

    const two = strata(readStructuredAttrs({ graph: [{ path: 'a', narSize: 0, references: [] }] }));
    expect(contentsOf(two, 1)).toEqual([['a']]);
  });
});

describe('the sets that images arrive at independently', () => {
  const at = (name: string) =>
    `/nix/store/${name
      .replace(/[^a-z]/g, '')
      .padEnd(32, '0')
      .slice(0, 32)}-${name}`;
  const path = (name: string, narSize: number, ...references: string[]) => ({
    path: at(name),
    narSize,
    references: references.map(at),
  });
  const shell = [
    path('bash-5', 9e6, 'glibc-2', 'readline-8'),
    path('readline-8', 1e6, 'glibc-2'),
    path('glibc-2', 30e6),
  ];
  const counts = { 'bash-5': 50, 'readline-8': 300, 'glibc-2': 20_000, 'xlib-1': 1000 };
  const image = (roots: readonly string[], ...graph: ReturnType<typeof path>[]) =>
    strata(
      readStructuredAttrs({ exportReferencesGraph: { graph: roots.map(at) }, graph: [...shell, ...graph] }),
      { popularity: counts },
    );
  const toolLayers = (plan: Plan, budget: number) =>
    contentsOf(plan, budget).filter((layer) =>
      layer.every((each) => shell.some(({ path }) => path === each)),
    );

  it('are, for requested tools, the same beside any application', () => {
    const plain = image(['bash-5', 'hello-1'], path('hello-1', 5e6, 'glibc-2'));
    const rich = image(
      ['bash-5', 'shop-1'],
      path('shop-1', 500e6, 'bash-5', 'madeup-1', 'other-1'),
      path('madeup-1', 7e6, 'readline-8'),
      path('other-1', 3e3, 'glibc-2'),
    );
    for (const budget of [12, 20, 40, 100]) {
      expect(toolLayers(plain, budget)).toEqual(toolLayers(rich, budget));
      expect(toolLayers(plain, budget).flat()).toHaveLength(3);
    }
    // Where the application leaves room, the tools take it: their layers are then parts of the others.
    const coarse = toolLayers(rich, 4);
    for (const fine of toolLayers(plain, 4)) {
      expect(coarse.some((layer) => fine.every((path) => layer.includes(path)))).toBe(true);
    }
  });

  it('are small paths with the popular one that brings them along', () => {
    const graph = [
      path('app-1', 80e6, 'xlib-1', 'glibc-2'),
      path('xlib-1', 1.5e6, 'xau-1', 'xdmcp-1'),
      path('xau-1', 2e4, 'glibc-2'),
      path('xdmcp-1', 4e4, 'glibc-2'),
    ];
    const plan = image(['bash-5', 'app-1'], ...graph);

    expect(contentsOf(plan, 125)).toContainEqual([at('xau-1'), at('xdmcp-1'), at('xlib-1')].sort());
  });

  it('are not made of paths that are big enough for a layer', () => {
    const graph = [
      path('app-1', 80e6, 'xlib-1', 'glibc-2'),
      path('xlib-1', 1.5e6, 'icons-1', 'glibc-2'),
      path('icons-1', 40e6),
    ];
    const plan = image(['bash-5', 'app-1'], ...graph);

    expect(contentsOf(plan, 125)).toContainEqual([at('icons-1')]);
  });

  it('plans tools apart from the application', () => {
    const plan = image(['bash-5', 'app-1'], path('app-1', 900e6));

    expect(contentsOf(plan, 2)).toContainEqual(shell.map((each) => each.path).sort());
  });

  it('takes over layers that exist elsewhere', () => {
    const graph = readStructuredAttrs({
      graph: [
        { path: 'a', narSize: 5e6, references: [] },
        { path: 'b', narSize: 6e6, references: [] },
        { path: 'c', narSize: 7e6, references: [] },
      ],
    });
    const plan = strata(graph, {
      known: [
        ['a', 'c'],
        ['b', 'elsewhere'],
      ],
    });

    expect(
      contentsOf(plan, 20)
        .map((layer) => layer.join(''))
        .sort(),
    ).toEqual(['ac', 'b']);
    expect(
      contentsOf(plan, 2)
        .map((layer) => layer.join(''))
        .sort(),
    ).toEqual(['ac', 'b']);
  });
});
