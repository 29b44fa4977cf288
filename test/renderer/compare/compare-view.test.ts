import { describe, expect, it } from 'vitest';
import { diffImages } from '../../../src/engine/compare/diff-images.ts';
import type { ImageSummary } from '../../../src/engine/compare/image-summary.ts';
import {
  comparedLayers,
  comparisonPicture,
  packageRows,
} from '../../../src/renderer/features/compare/compare-view.ts';
import type { Comparison } from '../../../src/shared/contract/compare.ts';

const path = (name: string, hash = 'a') => `/nix/store/${hash.repeat(32)}-${name}`;
const layer = (digest: string, diffId: string, ...storePaths: string[]) => ({
  digest: `sha256:${digest}` as const,
  diffId: `sha256:${diffId}` as const,
  storePaths,
  sizeBytes: 100,
  compressedBytes: 40,
});
const image = (...layers: ImageSummary['layers']): ImageSummary => ({
  name: 'image',
  platform: { os: 'linux', architecture: 'amd64' },
  config: {},
  layers,
});
function comparisonOf(before: ImageSummary, after: ImageSummary): Comparison {
  return { before, after, diff: diffImages(before, after) } as unknown as Comparison;
}

const glibc = layer('g', 'g', path('glibc-2.36'));
const bash = layer('b', 'b', path('bash-5.2'), path('readline-8.2'));
const before = image(glibc, bash, layer('old', 'old', path('jq-1.6')), layer('root', 'root'));
const after = image(
  bash,
  glibc,
  layer('new', 'new', path('jq-1.7', 'b'), path('oniguruma-6.9')),
  layer('root2', 'root'),
);

describe('two images side by side', () => {
  const sides = comparedLayers(comparisonOf(before, after));

  it('say of each layer what became of it, and where it is on the other side', () => {
    expect(sides.after.map(({ title, fate, twin }) => [title, fate, twin])).toEqual([
      ['bash and 1 more', 'kept', 1],
      ['glibc', 'kept', 0],
      ['jq and 1 more', 'new', null],
      ['root', 'repacked', 3],
    ]);
    expect(sides.before.map(({ fate, twin }) => [fate, twin])).toEqual([
      ['kept', 1],
      ['kept', 0],
      ['removed', null],
      ['repacked', 3],
    ]);
    expect(sides.after.filter(({ moved }) => moved)).toHaveLength(1);
  });

  it('are joined by a ribbon for each layer that both have', () => {
    const picture = comparisonPicture(sides, 400, 96);
    expect(picture.ribbons.map(({ id }) => id)).toEqual(['1-0', '0-1', '3-3']);
    expect(picture.before.tops).toHaveLength(4);
    const bottom = (picture.after.tops[3] ?? 0) + (picture.after.heights[3] ?? 0);
    expect(bottom).toBeCloseTo(400);
  });

  it('list what changed among the packages, changed versions first', () => {
    expect(packageRows(comparisonOf(before, after))).toEqual([
      { id: 'changed jq 1.6 1.7', name: 'jq', change: 'changed', before: '1.6', after: '1.7' },
      { id: 'added oniguruma  6.9', name: 'oniguruma', change: 'added', before: '', after: '6.9' },
    ]);
  });
});
