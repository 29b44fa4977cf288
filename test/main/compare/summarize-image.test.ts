import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageSummary } from '../../../src/engine/compare/image-summary.ts';
import { digestOfHex } from '../../../src/engine/oci/digest.ts';
import type { Image } from '../../../src/main/assemble/image.ts';
import {
  summarizeAssembled,
  summarizeDescription,
  summarizeImage,
} from '../../../src/main/compare/summarize-image.ts';
import { describeImage } from '../../../src/main/images/describe-image.ts';
import { exportImage } from '../../../src/main/images/export.ts';
import { openFileSource } from '../../../src/main/images/file-source.ts';
import { openRegistryMemory } from '../../../src/main/registry/memory.ts';
import { rememberLayers } from '../../../src/main/verbs/push.ts';
import { type Sample, sampleImage } from '../../support/sample-image.ts';

const PLATFORM = { os: 'linux', architecture: 'amd64' };

let sample: Sample;
let image: Image;
let file: string;
beforeAll(async () => {
  sample = sampleImage();
  const store = await sample.openStore();
  image = await sample.assemble(store);
  file = join(sample.store.root, 'image.tar');
  await exportImage({ image, store, format: 'oci', output: file, name: { name: 'a', tags: ['b'] } });
  store.close();
});
afterAll(() => sample.remove());

/** What sizes are shown of each layer, and of which layer. */
function sizes({ layers }: ImageSummary) {
  return layers.map(({ digest, diffId, sizeBytes, compressedBytes }) => ({
    digest,
    diffId,
    sizeBytes,
    compressedBytes,
  }));
}

describe('the sizes that images are compared by', () => {
  it('are the same whether an image was assembled, pushed, read for it, or read from end to end', async () => {
    const assembled = sizes(summarizeAssembled('image', image));
    const source = await openFileSource(file, undefined);
    const read = await summarizeImage(source, { platform: PLATFORM, memory: openRegistryMemory(':memory:') });
    expect(sizes(read)).toEqual(assembled);
    const pushed = openRegistryMemory(':memory:');
    rememberLayers(pushed, image);
    expect(sizes(await summarizeImage(source, { platform: PLATFORM, memory: pushed }))).toEqual(assembled);
    expect(sizes(summarizeDescription(await describeImage(source, { platform: PLATFORM })))).toEqual(
      assembled,
    );
    await source.close();
  });

  it('are not taken from memory for a configuration that says something else of the layer', async () => {
    const memory = openRegistryMemory(':memory:');
    for (const { descriptor } of image.layers) {
      const diffId = digestOfHex('0'.repeat(64));
      memory.rememberContents(descriptor.digest, { diffId, sizeBytes: 1, storePaths: [] });
    }
    const source = await openFileSource(file, undefined);
    const read = await summarizeImage(source, { platform: PLATFORM, memory });
    expect(sizes(read)).toEqual(sizes(summarizeAssembled('image', image)));
    await source.close();
  });
});
