import { describe, expect, it } from 'vitest';
import { buildIndex, buildManifest } from '../../../src/engine/oci/build-manifest.ts';
import { imageCreated } from '../../../src/engine/oci/created.ts';
import { digestOfHex } from '../../../src/engine/oci/digest.ts';
import { imageMediaTypes } from '../../../src/engine/oci/media-types.ts';
import { platformOfSystem } from '../../../src/engine/oci/platform.ts';
import { type Descriptor, MEDIA_TYPES } from '../../../src/engine/oci/types.ts';

describe('platformOfSystem', () => {
  it('speaks the names of the Go toolchain', () => {
    expect(platformOfSystem('x86_64-linux')).toEqual({ os: 'linux', architecture: 'amd64' });
    expect(platformOfSystem('aarch64-linux')).toEqual({ os: 'linux', architecture: 'arm64' });
    expect(platformOfSystem('armv7l-linux')).toEqual({ os: 'linux', architecture: 'arm', variant: 'v7' });
  });

  it('knows no containers for other systems', () => {
    expect(platformOfSystem('aarch64-darwin')).toBeUndefined();
    expect(platformOfSystem('pdp11-linux')).toBeUndefined();
  });
});

describe('imageMediaTypes', () => {
  it('says how layers are compressed', () => {
    expect(imageMediaTypes('oci', 'zstd')?.layer).toBe(MEDIA_TYPES.layerZstd);
    expect(imageMediaTypes('oci', 'none')?.layer).toBe(MEDIA_TYPES.layer);
    expect(imageMediaTypes('docker', 'gzip')).toEqual({
      manifest: MEDIA_TYPES.dockerManifest,
      config: MEDIA_TYPES.dockerConfig,
      layer: MEDIA_TYPES.dockerLayerGzip,
    });
  });

  it('has none of Docker for zstd', () => {
    expect(imageMediaTypes('docker', 'zstd')).toBeUndefined();
  });
});

describe('imageCreated', () => {
  it('is fixed by default', () => {
    expect(imageCreated(undefined, undefined)).toBe('1970-01-01T00:00:01Z');
    expect(imageCreated(undefined, '')).toBe('1970-01-01T00:00:01Z');
  });

  it('follows SOURCE_DATE_EPOCH, and the document before it', () => {
    expect(imageCreated(undefined, '1700000000')).toBe('2023-11-14T22:13:20Z');
    expect(imageCreated('2020-02-02T00:00:00Z', '1700000000')).toBe('2020-02-02T00:00:00Z');
  });

  it('refuses an epoch that is not one', () => {
    expect(() => imageCreated(undefined, 'today')).toThrow(RangeError);
    expect(() => imageCreated(undefined, '1e99')).toThrow(RangeError);
  });
});

describe('manifests', () => {
  const config: Descriptor = { mediaType: MEDIA_TYPES.config, digest: digestOfHex('c'.repeat(64)), size: 1 };
  const layer: Descriptor = { mediaType: MEDIA_TYPES.layer, digest: digestOfHex('d'.repeat(64)), size: 2 };

  it('list the configuration and the layers in order', () => {
    expect(buildManifest({ mediaType: MEDIA_TYPES.manifest, config, layers: [layer] })).toEqual({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.manifest,
      config,
      layers: [layer],
    });
  });

  it('are listed in an index', () => {
    expect(buildIndex([config])).toEqual({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.index,
      manifests: [config],
    });
  });
});
