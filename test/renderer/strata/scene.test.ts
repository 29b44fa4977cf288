import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { itemAt } from '../../../src/engine/graph/item-at.ts';
import { approach } from '../../../src/renderer/features/strata/motion.ts';
import { CELL, composeScene } from '../../../src/renderer/features/strata/scene.ts';
import { pictureScale } from '../../../src/renderer/layers/stack.ts';
import { nodesBySize } from '../../../src/renderer/state/closure/analysis.ts';

/** Nodes with sizes, and a layer number for each. */
const layered = fc.array(fc.tuple(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 0, max: 9 })), {
  minLength: 1,
  maxLength: 60,
});

function sceneOf(nodes: readonly (readonly [number, number])[]) {
  const narSizes = nodes.map(([size]) => size);
  const groups = [...new Set(nodes.map(([, layer]) => layer))].sort((a, b) => a - b);
  const layers = groups.map((group) => {
    const members = nodes.flatMap(([, layer], node) => (layer === group ? [node] : []));
    return {
      nodes: Uint32Array.from(members),
      sizeBytes: members.reduce((sum, node) => sum + itemAt(narSizes, node), 0),
    };
  });
  const shares = Float64Array.from(layers, (_, i) => i / layers.length);
  const scale = pictureScale([layers.map(({ sizeBytes }) => sizeBytes)], 600, null);
  return composeScene({ layers, narSizes, bySize: nodesBySize(narSizes), shares, width: 800, scale });
}

describe('the cross-section at rest', () => {
  test('the cells of a stratum fill its width without overlap', () => {
    fc.assert(
      fc.property(layered, (nodes) => {
        const scene = sceneOf(nodes);
        for (const layer of scene.layers) {
          const cells = [...layer.nodes]
            .map((node) => scene.cells.subarray(node * CELL, node * CELL + CELL))
            .sort((a, b) => itemAt(a, 0) - itemAt(b, 0) || itemAt(a, 2) - itemAt(b, 2));
          let x = 0;
          for (const cell of cells) {
            expect(cell[0]).toBeCloseTo(x, 1);
            x += itemAt(cell, 2);
          }
          expect(x).toBeCloseTo(800, 1);
        }
      }),
    );
  });

  test('the anchor of a stratum is its largest path', () => {
    fc.assert(
      fc.property(layered, (nodes) => {
        const scene = sceneOf(nodes);
        scene.layers.forEach((layer, i) => {
          const largest = Math.max(...[...layer.nodes].map((node) => (nodes[node] as [number, number])[0]));
          expect((nodes[itemAt(scene.anchors, i)] as [number, number])[0]).toBe(largest);
        });
      }),
    );
  });
});

describe('movement', () => {
  test('comes closer with every frame and arrives exactly', () => {
    const target = Float32Array.of(10, -400, 3.5);
    const current = new Float32Array(3);
    let frames = 0;
    let before = Number.POSITIVE_INFINITY;
    while (!approach(current, target, 16)) {
      const distance = Math.abs(itemAt(current, 1) + 400);
      expect(distance).toBeLessThan(before);
      before = distance;
      frames += 1;
    }
    expect([...current]).toEqual([...target]);
    expect(frames).toBeLessThan(60);
  });

  test('a long pause lands, it never overshoots', () => {
    const current = new Float32Array(1);
    expect(approach(current, Float32Array.of(100), 60_000)).toBe(true);
    expect(current[0]).toBe(100);
  });
});
