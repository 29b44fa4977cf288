import { describe, expect, it } from 'vitest';
import { MEDIA_TYPES } from '../../../src/engine/oci/types.ts';
import {
  DOCUMENTS,
  declaredMediaType,
  parseImageDocument,
  parseIndex,
  parseManifest,
} from '../../../src/main/oci/documents.ts';

const CONFIG = { mediaType: MEDIA_TYPES.config, digest: `sha256:${'0'.repeat(64)}`, size: 2 };
const MANIFEST = { schemaVersion: 2, config: CONFIG, layers: [] };
const INDEX = { schemaVersion: 2, manifests: [] };

function bytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

it('no document nests beyond all measure, also where nothing here reads it', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const withDeep = (value: unknown) => Buffer.from(JSON.stringify(value).replace(/}$/, `,"x":${deep}}`));
  const config = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } };
  expect(() => parseImageDocument(DOCUMENTS.config, withDeep(config), 'It')).toThrow(
    /nests more than 100 levels deep/,
  );
  expect(() => parseManifest(withDeep(MANIFEST), 'It')).toThrow(/nests more than 100 levels deep/);
  expect(() => parseIndex(withDeep(INDEX), 'It')).toThrow(/nests more than 100 levels deep/);
});

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

  it.each([
    ['layers', 'Layers', []],
    ['config', 'CONFIG', {}],
    // A long s, which is an s where case is folded.
    ['layers', 'layer\u017f', []],
    ['manifests', 'Manifests', []],
  ])('are refused where another reader sees another %s, in "%s"', (meant, name, value) => {
    expect(() => parseManifest(bytes({ ...MANIFEST, [name]: value }), 'It')).toThrow(
      `It is not an image manifest: ${name}: Other programs take "${name}" for "${meant}".`,
    );
  });

  it('are refused for a descriptor that another reader sees another way', () => {
    const layers = [{ ...CONFIG, Digest: `sha256:${'1'.repeat(64)}` }];
    expect(() => parseManifest(bytes({ ...MANIFEST, layers }), 'It')).toThrow('layers.0.Digest');
    expect(() => parseIndex(bytes({ ...INDEX, manifests: layers }), 'It')).toThrow('manifests.0.Digest');
  });

  it('may have annotations of any case, and members that nobody knows', () => {
    const annotations = { title: 'a', Title: 'b' };
    expect(parseManifest(bytes({ ...MANIFEST, annotations, more: 1, More: 2 }), 'It')).toMatchObject({
      annotations,
    });
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

describe('a configuration', () => {
  const CONFIGURATION = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } };

  it.each([
    ['Rootfs', { Rootfs: CONFIGURATION.rootfs }],
    ['rootfs.Diff_ids', { rootfs: { ...CONFIGURATION.rootfs, Diff_ids: [] } }],
    ['config.cmd', { config: { Cmd: ['a'], cmd: ['b'] } }],
    ['history.0.Empty_layer', { history: [{ Empty_layer: true }] }],
  ])('is refused where another reader sees another one, by %s', (place, more) => {
    expect(() => parseImageDocument(DOCUMENTS.config, bytes({ ...CONFIGURATION, ...more }), 'It')).toThrow(
      `It is not an image configuration: ${place}: `,
    );
  });

  it('is refused where it has a member twice, which other readers merge', () => {
    const text = JSON.stringify({ ...CONFIGURATION, config: { Env: [] } });
    const hidden = text.replace('"config":', '"config":{"Cmd":["evil"]},"config":');
    expect(() => parseImageDocument(DOCUMENTS.config, Buffer.from(hidden), 'It')).toThrow(
      'It is not an image configuration: it has "config" twice in one place.',
    );
  });

  it("may have what Docker's has besides", () => {
    const more = { container_config: { Cmd: ['a'] }, config: { Hostname: '', OnBuild: null }, id: 'x' };
    expect(parseImageDocument(DOCUMENTS.config, bytes({ ...CONFIGURATION, ...more }), 'It')).toMatchObject({
      id: 'x',
    });
  });
});
