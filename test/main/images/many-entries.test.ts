import { describe, expect, it } from 'vitest';
import { diffPackages } from '../../../src/engine/compare/diff-packages.ts';
import { diveEfficiency } from '../../../src/engine/contents/efficiency.ts';
import type { LayerEntry } from '../../../src/engine/contents/layer-entry.ts';
import { stackLayers, walk } from '../../../src/engine/contents/stack-layers.ts';
import { accountForBytes } from '../../../src/engine/contents/waste.ts';
import { formatTable } from '../../../src/main/cli/table.ts';
import { fileTree } from '../../../src/main/host/image-files/file-tree.ts';
import { describeImage } from '../../../src/main/images/describe-image.ts';
import { DEFAULT_LAYER_LIMITS } from '../../../src/main/images/read-layer.ts';
import { imageOfFiles } from '../../support/generated-image.ts';

/** More than the arguments that a call can have: 130,000 files in one directory were too many. */
const MANY = 200_000;
const names = Array.from({ length: MANY }, (_, index) => `f${index}`);
const entryOf = (path: string): LayerEntry => ({
  path,
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  sizeBytes: 1,
});

describe('a directory with very many files', () => {
  const entries = names.map((name) => entryOf(`d/${name}`));

  it('is stacked, walked, removed and accounted for', () => {
    const layers = [entries, [entryOf('.wh.d')]];
    const stack = stackLayers([entries]);
    expect([...walk(stack.root)]).toHaveLength(MANY + 2);
    expect(accountForBytes([entries], stack)).toMatchObject({ shippedBytes: MANY, usefulBytes: MANY });
    expect(stackLayers(layers).superseded).toHaveLength(MANY);
    expect(diveEfficiency(layers).repeated).toEqual([]);
  });

  it('is a tree that can be looked through', () => {
    const tree = fileTree(stackLayers([entries]));
    expect(tree.entries).toBe(MANY + 1);
    expect(tree.list('d', 0, 10)?.total).toBe(MANY);
  });

  it('is a table', () => {
    expect(
      formatTable(
        [{ title: 'name' }],
        names.map((name) => [name]),
      ),
    ).toHaveLength(MANY + 1);
  });
});

it('very many versions of one package are compared', () => {
  const paths = names.map((name, index) => `/nix/store/${'a'.repeat(32)}-tool-1.${index}-${name.length}`);
  expect(diffPackages([], paths).added).toHaveLength(MANY);
});

describe('long paths, which cost few bytes and make many directories', () => {
  const deep = (index: number) => `${index}/${'d/'.repeat(500)}f`;

  it('are read where an image may have so many', async () => {
    const image = imageOfFiles(() => [deep(0), deep(1)]);
    const { stack } = await describeImage(image, { platform: { os: 'linux', architecture: 'amd64' } });
    expect([...walk(stack.root)]).toHaveLength(2 * 502 + 1);
  });

  it('are refused beyond', async () => {
    const image = imageOfFiles(() => Array.from({ length: 30 }, (_, index) => deep(index)));
    const limits = { ...DEFAULT_LAYER_LIMITS, entries: 10_000 };
    await expect(
      describeImage(image, { limits, platform: { os: 'linux', architecture: 'amd64' } }),
    ).rejects.toMatchObject({
      code: 'invalid-image',
      message: 'generated has paths through more than 10000 directories that it has no entries for.',
    });
  });
});
