import { describe, expect, it } from 'vitest';
import { digestOfHex } from '../../../src/engine/oci/digest.ts';
import { layerTitle, percent, wasteRows } from '../../../src/renderer/features/open/opened-words.ts';
import type { OpenedLayer } from '../../../src/shared/contract/opened.ts';

const layer = (more: Partial<OpenedLayer>): OpenedLayer => ({
  index: 0,
  digest: digestOfHex('a'),
  diffId: digestOfHex('b'),
  mediaType: 'application/vnd.oci.image.layer.v1.tar',
  compressedBytes: 1,
  sizeBytes: 2,
  entries: 3,
  history: null,
  storePaths: [],
  whiteouts: [],
  whiteoutCount: 0,
  ...more,
});
const storePath = (name: string) => ({
  path: `/nix/store/${'a'.repeat(32)}-${name}`,
  files: 1,
  sizeBytes: 1,
});

describe('a layer of any image', () => {
  it('is called by what made it, else by what is in it', () => {
    expect(layerTitle(layer({ history: '/bin/sh -c #(nop) COPY x /x' }))).toBe('COPY x /x');
    expect(layerTitle(layer({ history: '/bin/sh -c apt-get update' }))).toBe('apt-get update');
    expect(layerTitle(layer({ storePaths: [storePath('bash-5.2'), storePath('jq-1.6')] }))).toBe(
      'bash-5.2 and 1 more',
    );
    expect(layerTitle(layer({}))).toBe('files');
    expect(layerTitle(layer({ entries: 0 }))).toBe('empty');
  });
});

describe('an efficiency', () => {
  it('is 100 % only where nothing is wasted', () => {
    expect(percent(1)).toBe('100 %');
    expect(percent(0.99999)).toBe('99.9 %');
    expect(percent(0.734)).toBe('73.4 %');
  });
});

describe('waste', () => {
  it('is one list of what is superseded and what is there twice, in bytes that nobody needs', () => {
    const rows = wasteRows({
      waste: {
        shippedBytes: 0,
        usefulBytes: 0,
        supersededBytes: 0,
        duplicateBytes: 0,
        efficiency: 1,
        superseded: [{ path: 'etc/x', sizeBytes: 7, layer: 0, byLayer: 2, how: 'removed' }],
        supersededCount: 1,
        duplicates: [{ contentDigest: 'd', sizeBytes: 5, paths: ['a', 'b', 'c'] }],
        duplicateCount: 1,
      },
    });
    expect(rows.map(({ path, wastedBytes, why }) => [path, wastedBytes, why])).toEqual([
      ['/etc/x', 7, 'in layer 1, removed by layer 3'],
      ['/a', 10, 'the same as /b, /c'],
    ]);
  });
});
