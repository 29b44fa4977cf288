import { describe, expect, it } from 'vitest';
import {
  comparedLayers,
  comparisonPicture,
  packageRows,
} from '../../../src/renderer/features/compare/compare-view.ts';
import { pictureScale } from '../../../src/renderer/layers/stack.ts';
import { comparisonOf, image, layer, path } from '../comparison-of.ts';

const glibc = layer('a', 'a', path('glibc-2.36'));
const bash = layer('b', 'b', path('bash-5.2'), path('readline-8.2'));
const before = image(glibc, bash, layer('c', 'c', path('jq-1.6')), layer('d', 'd'));
const after = image(
  bash,
  glibc,
  layer('e', 'e', path('jq-1.7', 'b'), path('oniguruma-6.9')),
  layer('f', 'd'),
);

describe('two images side by side', () => {
  const sides = comparedLayers(comparisonOf(before, after), (of) => (of.includes('-jq-') ? 2 : 1));

  it('say of each layer what became of it, and where it is on the other side', () => {
    expect(sides.after.map(({ title, fate, twin }) => [title, fate, twin])).toEqual([
      ['bash, readline', 'kept', 1],
      ['glibc', 'kept', 0],
      ['jq, oniguruma', 'new', null],
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
    const picture = comparisonPicture(
      sides,
      pictureScale(
        [sides.before, sides.after].map((layers) => layers.map(({ sizeBytes }) => sizeBytes)),
        400,
        'compressed',
      ),
      96,
    );
    expect(picture.ribbons.map(({ id }) => id)).toEqual(['1-0', '0-1', '3-3']);
    expect(picture.before.tops).toHaveLength(4);
    // One scale for both, so the taller side fills the height.
    expect(Math.max(picture.before.height, picture.after.height)).toBeCloseTo(400);
  });

  it('list what changed among the packages, changed versions first', () => {
    expect(packageRows(comparisonOf(before, after))).toEqual([
      { id: 'changed jq 1.6 1.7', name: 'jq', change: 'changed', before: '1.6', after: '1.7' },
      { id: 'added oniguruma  6.9', name: 'oniguruma', change: 'added', before: '', after: '6.9' },
    ]);
  });
});
