import { describe, expect, it } from 'vitest';
import { MEDIA_TYPES } from '../../../src/engine/oci/types.ts';
import { declaredMediaType, parseIndex, parseManifest } from '../../../src/main/registry/manifest-schema.ts';

const CONFIG = { mediaType: MEDIA_TYPES.config, digest: `sha256:${'0'.repeat(64)}`, size: 2 };
const MANIFEST = { schemaVersion: 2, config: CONFIG, layers: [] };
const INDEX = { schemaVersion: 2, manifests: [] };

function bytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

describe('a manifest and an index', () => {
  it('are told apart by what they hold where they do not say what they are', () => {
    expect(declaredMediaType(bytes(MANIFEST))).toBe(MEDIA_TYPES.manifest);
    expect(declaredMediaType(bytes(INDEX))).toBe(MEDIA_TYPES.index);
    expect(parseManifest(bytes(MANIFEST), 'It')).toMatchObject({ mediaType: MEDIA_TYPES.manifest });
    expect(parseIndex(bytes(INDEX), 'It')).toMatchObject({ mediaType: MEDIA_TYPES.index });
  });

  it.each([
    ['without a type', {}],
    ['that calls itself a manifest', { mediaType: MEDIA_TYPES.manifest }],
    ['that calls itself an index', { mediaType: MEDIA_TYPES.index }],
  ])('are refused in one document %s: readers would differ in which they see', (_, type) => {
    const both = bytes({ ...MANIFEST, ...INDEX, ...type });
    expect(declaredMediaType(both)).toBeUndefined();
    expect(() => parseManifest(both, 'It')).toThrow(/what a manifest has and what an index has/);
    expect(() => parseIndex(both, 'It')).toThrow(/what a manifest has and what an index has/);
  });

  it('are refused when they call themselves something else', () => {
    expect(() => parseManifest(bytes({ ...MANIFEST, mediaType: MEDIA_TYPES.index }), 'It')).toThrow(
      `It is not an image manifest: it calls itself ${MEDIA_TYPES.index}.`,
    );
    expect(() => parseIndex(bytes({ ...INDEX, mediaType: MEDIA_TYPES.dockerManifest }), 'It')).toThrow(
      `It is not an image index: it calls itself ${MEDIA_TYPES.dockerManifest}.`,
    );
  });
});
