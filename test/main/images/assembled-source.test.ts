import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaTypeFamily } from '../../../src/engine/oci/media-types.ts';
import { MEDIA_TYPES } from '../../../src/engine/oci/types.ts';
import type { Image } from '../../../src/main/assemble/image.ts';
import { assembledSource } from '../../../src/main/images/assembled-source.ts';
import type { BlobStore } from '../../../src/main/store/blob-store.ts';
import { type Sample, sampleImage } from '../../support/sample-image.ts';

let sample: Sample;
let store: BlobStore;
beforeAll(async () => {
  sample = sampleImage();
  store = await sample.openStore();
});
afterAll(() => {
  store.close();
  sample.remove();
});

function image(architecture: string, mediaTypes: MediaTypeFamily): Promise<Image> {
  return sample.assemble(store, { platform: { os: 'linux', architecture }, mediaTypes });
}

async function indexOf(...images: [Image, ...Image[]]) {
  const source = assembledSource(images);
  const index = JSON.parse(String(await source.readManifest(source.root)));
  expect(index.mediaType).toBe(source.root.mediaType);
  return index;
}

describe('an index of images', () => {
  it('names each with its platform', async () => {
    const [amd64, arm64] = [await image('amd64', 'oci'), await image('arm64', 'oci')];
    expect(await indexOf(amd64, arm64)).toEqual({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.index,
      manifests: [
        { ...amd64.manifest.descriptor, platform: { os: 'linux', architecture: 'amd64' } },
        { ...arm64.manifest.descriptor, platform: { os: 'linux', architecture: 'arm64' } },
      ],
    });
  });

  it("is a manifest list of Docker's where the images have its media types", async () => {
    const index = await indexOf(await image('amd64', 'docker'), await image('arm64', 'docker'));
    expect(index.mediaType).toBe(MEDIA_TYPES.dockerManifestList);
  });

  it('has the annotations that all of its images have', async () => {
    const annotated = (architecture: string) =>
      sample.assemble(store, {
        platform: { os: 'linux', architecture },
        annotations: { title: 'web', for: architecture },
      });
    const index = await indexOf(await annotated('amd64'), await annotated('arm64'));
    expect(index.annotations).toEqual({ title: 'web' });
  });

  it('takes one image a platform', async () => {
    const one = await image('amd64', 'oci');
    expect(() => assembledSource([one, one])).toThrow('Two of the images are for linux/amd64.');
  });
});
