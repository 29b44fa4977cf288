import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import type { Plan } from '../../../src/engine/plan/plan.ts';
import { auto } from '../../../src/engine/strategies/auto.ts';
import { perPath } from '../../../src/engine/strategies/per-path.ts';
import { contestPopularity, popularityContest } from '../../../src/engine/strategies/popularity-contest.ts';
import { single } from '../../../src/engine/strategies/single.ts';
import { arbitraryGraph, arbitraryShuffle, attrsOf } from '../graph/arbitrary-graph.ts';
import { budgetsOf, contentsOf, expectSoundPlan } from './plan-properties.ts';

/** A graph from `a: b c` for references and sizes by letter. */
function graphOf(rows: Readonly<Record<string, string>>, sizes: Readonly<Record<string, number>> = {}) {
  return readStructuredAttrs({
    graph: Object.entries(rows).map(([path, references]) => ({
      path,
      narSize: sizes[path] ?? 1,
      references: references === '' ? [] : references.split(' '),
    })),
  });
}
const layersAt = (plan: Plan, budget: number) => contentsOf(plan, budget).map((layer) => layer.join(''));

describe('popularity-contest', () => {
  // The example in the comment of nixpkgs' closure-graph.py, and the popularity that it gives for it.
  const example = graphOf({ A: 'B G', B: 'C E', C: 'D E', D: 'F', E: 'F', F: '', G: '' });

  it('counts as the original does in its unit test', () => {
    const graph = graphOf({ foo: 'bar baz', bar: 'baz', baz: 'tux', tux: '' });
    const counts = Object.fromEntries(
      graph.paths.map((path, node) => [path, contestPopularity(graph)[node]]),
    );

    expect(counts).toEqual({ foo: 1, bar: 2, baz: 4, tux: 6 });
  });

  it('counts the ways to a path and to everything that depends on it', () => {
    // By hand. Ways: A 1, B 1, C 1, D 1, E 2 (B-E, C-E), F 3 (D-F, and two by E), G 1. F: 3 + 1 + 1 + 1 + 1 + 2 = 9.
    const counts = Object.fromEntries(
      example.paths.map((path, node) => [path, contestPopularity(example)[node]]),
    );

    expect(counts).toEqual({ A: 1, B: 2, C: 3, D: 4, E: 5, F: 9, G: 2 });
  });

  it('gives the most popular a layer each, and the rest the last', () => {
    expect(layersAt(popularityContest(example), 7)).toEqual(['F', 'E', 'D', 'C', 'B', 'G', 'A']);
    expect(layersAt(popularityContest(example), 3)).toEqual(['F', 'E', 'ABCDG']);
  });

  it('counts a cycle as one path', () => {
    const graph = graphOf({ a: 'b', b: 'c', c: 'b d', d: '' });
    const counts = Object.fromEntries(
      graph.paths.map((path, node) => [path, contestPopularity(graph)[node]]),
    );

    expect(counts).toEqual({ a: 1, b: 2, c: 2, d: 3 });
  });

  it('counts like the original, which walks every way', () => {
    // The recursion of closure-graph.py, for graphs without cycles.
    fc.assert(
      fc.property(arbitraryGraph(9), (plain) => {
        const acyclic = {
          ...plain,
          references: plain.references.map((row, node) => [...new Set(row)].filter((to) => to > node)),
        };
        const graph = readStructuredAttrs({ graph: attrsOf({ ...acyclic, roots: [] }).graph });
        const contest = (nodes: readonly number[]): Map<number, number> => {
          const counts = new Map<number, number>();
          for (const node of nodes) {
            counts.set(node, (counts.get(node) ?? 0) + 1);
            for (const [below, count] of contest(acyclic.references[node] ?? [])) {
              counts.set(below, (counts.get(below) ?? 0) + count + 1);
            }
          }
          return counts;
        };
        const referred = new Set(acyclic.references.flat());
        const expected = contest([...acyclic.paths.keys()].filter((node) => !referred.has(node)));
        const counted = contestPopularity(graph);
        graph.paths.forEach((path, node) => {
          expect(counted[node]).toBe(expected.get(acyclic.paths.indexOf(path)));
        });
      }),
    );
  });
});

describe('auto', () => {
  // By hand: big first, D, then B, then A. C is used by B and D, e by D only.
  const graph = graphOf({ A: 'B', B: 'C', C: '', D: 'C e', e: '' }, { A: 10, B: 20, C: 5, D: 30, e: 1 });

  it('makes the biggest path primary first, with what only it depends on', () => {
    expect(layersAt(auto(graph), 2).sort()).toEqual(['AB', 'CDe']);
  });

  it('gives what several primaries depend on a layer of its own', () => {
    // With D and B primary: A is used by none, B by itself, C by both, D and e by D alone: four layers.
    expect(layersAt(auto(graph), 4).sort()).toEqual(['A', 'B', 'C', 'De']);
    expect(layersAt(auto(graph), 3)).toEqual(layersAt(auto(graph), 2));
  });

  it('ends with a layer a path', () => {
    expect(layersAt(auto(graph), 5).sort()).toEqual(['A', 'B', 'C', 'D', 'e']);
  });
});

describe('per-path', () => {
  const graph = graphOf({ a: '', b: '', c: '', d: '' }, { a: 1, b: 8, c: 4, d: 4 });

  it('gives every path a layer where the budget allows it', () => {
    expect(layersAt(perPath(graph), 4)).toEqual(['b', 'c', 'd', 'a']);
    expect(layersAt(perPath(graph), 125)).toHaveLength(4);
  });

  it('over the budget lets the smallest share the last layer', () => {
    expect(layersAt(perPath(graph), 3)).toEqual(['b', 'c', 'ad']);
    expect(layersAt(perPath(graph), 1)).toEqual(['abcd']);
  });
});

describe('single', () => {
  it('is one layer at any budget', () => {
    const graph = graphOf({ a: 'b', b: '' });

    expect(layersAt(single(graph), 1)).toEqual(['ab']);
    expect(layersAt(single(graph), 125)).toEqual(['ab']);
  });
});

describe.each([
  ['popularity-contest', popularityContest],
  ['auto', auto],
  ['per-path', perPath],
  ['single', single],
] as const)('%s', (_, strategy) => {
  it('partitions any graph within every budget', () => {
    fc.assert(
      fc.property(arbitraryGraph(), (plain) =>
        expectSoundPlan(strategy(readStructuredAttrs(attrsOf(plain)))),
      ),
    );
  });

  it('does not depend on the order of the input', () => {
    fc.assert(
      fc.property(arbitraryShuffle(), ({ graph, shuffled }) => {
        const [a, b] = [attrsOf(graph), shuffled].map((attrs) => strategy(readStructuredAttrs(attrs)));
        for (const budget of budgetsOf(a)) expect(contentsOf(a, budget)).toEqual(contentsOf(b, budget));
      }),
    );
  });
});
