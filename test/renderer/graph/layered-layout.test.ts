import { describe, expect, test } from 'vitest';
import { itemAt } from '../../../src/engine/graph/item-at.ts';
import { neighbourhood, whyFocus } from '../../../src/renderer/features/graph/focus.ts';
import { forceMatrices } from '../../../src/renderer/features/graph/force-layout.ts';
import { graphSvg } from '../../../src/renderer/features/graph/graph-svg.ts';
import { layeredLayout, longestWays } from '../../../src/renderer/features/graph/layered-layout.ts';
import { nodeRadii } from '../../../src/renderer/features/graph/node-look.ts';
import { closureOf, nodesOf } from '../closure-of.ts';

const closure = closureOf(
  { web: ['flask', 'libc'], flask: ['python'], python: ['libc', 'loop'], loop: ['pool'], pool: ['loop'] },
  { roots: ['web'], sizes: { python: 9000 } },
);

describe('the layout by depth', () => {
  test('puts every path below all that need it, and the paths of a cycle beside each other', () => {
    const ranks = longestWays(closure.references);
    const rank = (name: string) => itemAt(ranks, nodesOf(closure, name)[0]);
    expect(['web', 'flask', 'python', 'libc'].map(rank)).toEqual([0, 1, 2, 3]);
    expect(rank('loop')).toBe(rank('pool'));
    const positions = layeredLayout(closure);
    const y = (name: string) => itemAt(positions, 2 * nodesOf(closure, name)[0] + 1);
    expect(y('web')).toBeGreaterThan(y('flask'));
    expect(y('flask')).toBeGreaterThan(y('python'));
    expect(y('python')).toBeGreaterThan(y('libc'));
  });

  test('gives no two paths one place, also where a depth is broken into rows', () => {
    const many = Array.from({ length: 300 }, (_, i) => `leaf${i}`);
    const wide = closureOf({ root: many }, { roots: ['root'] });
    const positions = layeredLayout(wide);
    const places = Array.from(
      { length: wide.graph.size },
      (_, n) => `${positions[2 * n]} ${positions[2 * n + 1]}`,
    );
    expect(new Set(places).size).toBe(wide.graph.size);
  });

  test('starts the forces from there, with every reference', () => {
    const { nodes, edges } = forceMatrices(closure, layeredLayout(closure), nodeRadii(closure, 'nar'));
    expect(nodes.length).toBe(10 * closure.graph.size);
    expect(edges.length).toBe(3 * closure.graph.references.length);
    expect([...nodes].every(Number.isFinite)).toBe(true);
  });
});

describe('what stands out', () => {
  const [web, flask, python] = nodesOf(closure, 'web', 'flask', 'python');

  test('beside a path: what it needs and what needs it', () => {
    const { nodes, edges } = neighbourhood(closure, flask);
    expect([...nodes].toSorted((a, b) => a - b)).toEqual([web, flask, python].toSorted((a, b) => a - b));
    expect(edges.size).toBe(2);
  });

  test('for a chosen path: every shortest way to it', () => {
    expect(whyFocus(closure, python).nodes).toEqual(new Set([web, flask, python]));
  });

  test('a heavier path is larger, by its root', () => {
    const radii = nodeRadii(closure, 'nar');
    expect(itemAt(radii, python)).toBe(Math.max(...radii));
    expect(itemAt(radii, web)).toBeGreaterThan(2);
  });
});

test('names in a picture cannot become markup', () => {
  const node = { x: 1, y: 2, radius: 9, colour: '#123456', named: true };
  const svg = graphSvg({
    width: 10,
    height: 10,
    background: 'white',
    ink: 'black',
    nodes: [{ ...node, label: '</text><script>alert(1)</script>&"' }],
    edges: [],
  });
  expect(svg).not.toContain('<script>');
  expect(svg).toContain('&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;');
});
