import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { itemAt } from '../../../src/engine/graph/item-at.ts';
import { whyChains } from '../../../src/renderer/state/closure/why.ts';
import { closureOf, nodesOf } from '../closure-of.ts';

describe('why a path is here', () => {
  const closure = closureOf(
    {
      web: ['flask', 'ssl'],
      flask: ['python'],
      tool: ['python'],
      python: ['ssl', 'zlib'],
      ssl: ['libc'],
      zlib: ['libc'],
    },
    { roots: ['web', 'tool'] },
  );
  const { references, referrers, graph, names } = closure;
  const why = (name: string, limit = 20) => {
    const [node] = nodesOf(closure, name);
    const { chains, more } = whyChains(references, referrers, graph.roots, node, limit);
    return { more, chains: chains.map((chain) => chain.map((step) => itemAt(names, step)).join(' ')) };
  };

  test('tells every shortest way from every package, nearest package first', () => {
    expect(why('libc').chains).toEqual(['web ssl libc', 'tool python ssl libc', 'tool python zlib libc']);
    expect(why('python').chains).toEqual(['tool python', 'web flask python']);
  });

  test('a package that was asked for is its own reason', () => {
    expect(why('web').chains).toEqual(['web']);
  });

  test('says when there are more ways than it tells', () => {
    expect(why('libc', 1)).toEqual({ more: true, chains: ['web ssl libc'] });
  });

  test('on any graph, cycles included, each way is made of references and is as short as can be', () => {
    const graphs = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 40 });
    fc.assert(
      fc.property(graphs, (edges) => {
        const rows: Record<string, string[]> = { n0: [] };
        for (const [from, to] of edges)
          if (from !== to) rows[`n${from}`] = [...(rows[`n${from}`] ?? []), `n${to}`];
        for (const name of Object.keys(rows)) rows[name] = [...new Set(rows[name])];
        const any = closureOf(rows, { roots: ['n0'] });
        for (let node = 0; node < any.graph.size; node++) {
          const { chains } = whyChains(any.references, any.referrers, any.graph.roots, node, 50);
          for (const chain of chains) {
            expect(chain.length - 1).toBe(stepsFrom('n0', rows).get(itemAt(any.names, node)));
            for (let step = 1; step < chain.length; step++) {
              expect(rows[itemAt(any.names, itemAt(chain, step - 1))]).toContain(
                any.names[itemAt(chain, step)],
              );
            }
          }
          expect(new Set(chains.map(String)).size).toBe(chains.length);
        }
      }),
    );
  });
});

/** References on a shortest way from a name to each other one that it leads to. */
function stepsFrom(start: string, rows: Readonly<Record<string, readonly string[]>>): Map<string, number> {
  const steps = new Map([[start, 0]]);
  for (const [name, step] of steps) {
    for (const next of rows[name] ?? []) if (!steps.has(next)) steps.set(next, step + 1);
  }
  return steps;
}
