import { expect, it } from 'vitest';
import { buildClosureGraph } from '../../../src/engine/graph/build.ts';
import { billOf } from '../../../src/main/verbs/bill.ts';
import type { PackedImage } from '../../../src/main/verbs/pack.ts';
import { documentSchema, type PackageSource } from '../../../src/shared/document.ts';

const REV = '1'.repeat(40);
const path = `/nix/store/${'a'.repeat(32)}-hello-1`;

function sourceOf(name: string | null, pinned: PackageSource, revision: string | null): string | undefined {
  const columns = {
    paths: [path],
    narSizes: Float64Array.of(1),
    closureSizes: Float64Array.of(1),
    narHashes: [''],
    offsets: Uint32Array.of(0, 0),
    references: new Uint32Array(),
  };
  const packed = {
    image: {
      layers: [],
      config: { value: { architecture: 'amd64' } },
      manifest: { descriptor: { digest: `sha256:${'0'.repeat(64)}` } },
    },
    closure: {
      graph: buildClosureGraph(columns, { paths: [path], place: 'roots' }),
      packages: [
        {
          source: name,
          storePath: path,
          pname: 'hello',
          version: '1',
          output: 'out',
          meta: { licences: [] },
        },
      ],
      sources: [{ name, source: { pinned, revision } }],
    },
  } as unknown as PackedImage;
  return billOf(documentSchema.parse({ version: 1 }), packed).components[0]?.source;
}

it.each<[string | null, PackageSource, string | null, string]>([
  [null, { type: 'nixpkgs', commit: REV }, REV, `nixpkgs:${REV}`],
  ['app', { type: 'flake', ref: `github:me/app/${REV}` }, REV, `app: flake:github:me/app/${REV}`],
  [
    'set',
    { type: 'git', url: 'https://me:secret@git.example/set', rev: REV },
    REV,
    `set: git:https://git.example/set?rev=${REV}`,
  ],
  ['set', { type: 'git', url: '/home/me/set', rev: REV }, REV, `set: git ${REV}`],
  ['app', { type: 'flake', ref: `git+file:///home/me/app?rev=${REV}` }, REV, `app: flake ${REV}`],
  ['own', { type: 'path', path: '/home/me/set' }, null, 'own: path'],
  ['own', { type: 'path', path: '/nix/store/x' }, '/nix/store/x', 'own: path'],
  [null, { type: 'starter' }, 'abc', 'starter abc'],
])(
  'a bill names the source %s of a package without what is of this machine or secret: %j',
  (name, pinned, revision, text) => {
    expect(sourceOf(name, pinned, revision)).toBe(text);
  },
);
