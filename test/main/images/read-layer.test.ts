import { copyFileSync, createReadStream, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LayerEntry } from '../../../src/engine/contents/layer-entry.ts';
import type { LayerCompression } from '../../../src/engine/oci/media-types.ts';
import { readLayer } from '../../../src/main/images/read-layer.ts';
import { type Sample, sampleImage } from '../../support/sample-image.ts';

let sample: Sample;
beforeAll(() => {
  sample = sampleImage();
});
afterAll(() => sample.remove());

async function listing(
  type: LayerCompression,
  change = (_layer: string) => {},
): Promise<readonly LayerEntry[]> {
  const blobs = await sample.openStore();
  try {
    const layer = (await sample.assemble(blobs, { compression: { type } })).layers[1];
    if (layer === undefined) throw new Error('The layer is missing.');
    const copy = join(sample.store.root, 'layer');
    copyFileSync(layer.file, copy);
    change(copy);
    const source = { openBlob: async () => createReadStream(copy) };
    return (await readLayer(source, layer.descriptor, { hashContents: false })).entries;
  } finally {
    blobs.close();
  }
}

describe('the files of a layer', () => {
  it.each(['gzip', 'zstd', 'none'] as const)('are listed in the order of the archive (%s)', async (type) => {
    const files = await listing(type);
    const { hello, data } = sample.paths;
    const inStore = files.filter(({ path }) => path.includes('/nix/store/'));
    const expected = [
      [`${hello}`, 'directory', 0o555],
      [`${hello}/bin`, 'directory', 0o555],
      [`${hello}/bin/hello`, 'file', 0o555],
      [`${hello}/bin/sh`, 'file', 0o555],
      [`${data}`, 'directory', 0o555],
      [`${data}/etc`, 'directory', 0o555],
      [`${data}/etc/ssl`, 'directory', 0o555],
      [`${data}/etc/ssl/certs`, 'directory', 0o555],
      [`${data}/etc/ssl/certs/ca-bundle.crt`, 'file', 0o444],
      [`${data}/share`, 'directory', 0o555],
      [`${data}/share/numbers`, 'file', 0o444],
    ] as const;
    const byPath = expected.map(([path, ...rest]) => [path.slice(1), ...rest] as const);
    const sorted = byPath.toSorted(([a], [b]) => (a < b ? -1 : 1));
    expect(inStore.map(({ path, type: kind, mode }) => [path, kind, mode])).toEqual(sorted);
    expect(files.find(({ path }) => path.endsWith('numbers'))?.sizeBytes).toBe(1_288_889);
  });

  it('say when the layer is damaged', async () => {
    await expect(listing('gzip', (file) => truncateSync(file, 1000))).rejects.toMatchObject({
      code: 'invalid-image',
    });
    await expect(listing('none', (file) => truncateSync(file, 1000))).rejects.toMatchObject({
      code: 'invalid-image',
      message: expect.stringContaining('it ends in the middle of'),
    });
  });
});
