import { describe, expect, it } from 'vitest';
import { walk } from '../../src/engine/contents/stack-layers.ts';
import { readPathInfo } from '../../src/engine/graph/path-info.ts';
import { planLayers, strategies } from '../../src/engine/strategies/index.ts';
import { describeImage } from '../../src/main/images/describe-image.ts';
import { imageOfFiles } from '../support/generated-image.ts';

const platform = { os: 'linux', architecture: 'amd64' };
const MILLION = 1_000_000;

describe('an image of a million files', () => {
  it.each([
    [
      'in one directory',
      function* () {
        for (let i = 0; i < MILLION; i += 1) yield `d/f${i}`;
      },
      MILLION + 2,
    ],
    [
      '75 levels deep',
      function* () {
        const way = 'd/'.repeat(75);
        for (let i = 0; i < MILLION; i += 1) yield `${way}f${i}`;
      },
      MILLION + 76,
    ],
    [
      'in a directory each',
      function* () {
        for (let i = 0; i < MILLION; i += 1) yield `${i}/f`;
      },
      2 * MILLION + 1,
    ],
  ] as const)('%s is described', async (_, names, nodes) => {
    const { stack, waste } = await describeImage(imageOfFiles(names), { platform });
    let count = 0;
    for (const _node of walk(stack.root)) count += 1;
    expect(count).toBe(nodes);
    expect(waste.shippedBytes).toBe(0);
    console.log(`Memory: ${Math.round(process.memoryUsage().rss / 1e6)} MB.`);
  });

  it('of 6,000 files whose paths make six million directories is refused', async () => {
    const names = function* () {
      for (let i = 0; i < 6_000; i += 1) yield `${i}/${'d/'.repeat(1000)}f`;
    };
    await expect(describeImage(imageOfFiles(names), { platform })).rejects.toMatchObject({
      code: 'invalid-image',
    });
  });
});

describe('a closure of 130,000 paths', () => {
  const SIZE = 130_000;
  const pathOf = (index: number) => `/nix/store/${String(index).padStart(32, '0')}-p${index}`;
  const graphOf = (references: (index: number) => readonly number[]) =>
    readPathInfo(
      Array.from({ length: SIZE }, (_, index) => ({
        path: pathOf(index),
        narSize: 1000 + index,
        narHash: `sha256:${index}`,
        references: references(index).map(pathOf),
      })),
      { roots: [pathOf(0)] },
    );
  const shapes = {
    'in a chain': graphOf((index) => (index + 1 < SIZE ? [index + 1] : [])),
    'that all hang on one': graphOf((index) =>
      index === 0 ? Array.from({ length: SIZE - 1 }, (_, other) => other + 1) : [],
    ),
  };
  for (const [shape, graph] of Object.entries(shapes)) {
    it.each(Object.keys(strategies) as (keyof typeof strategies)[])(
      `${shape} is planned by %s`,
      (strategy) => {
        const layers = planLayers(strategy, graph, { popularity: {} }).layers(50);
        expect(layers.reduce((sum, layer) => sum + layer.nodes.length, 0)).toBe(SIZE);
      },
    );
  }
});
