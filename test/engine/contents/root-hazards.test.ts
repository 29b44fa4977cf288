import { describe, expect, it } from 'vitest';
import type { LayerEntry } from '../../../src/engine/contents/layer-entry.ts';
import { collectRootFacts, pathInImage, rootHazards } from '../../../src/engine/contents/root-hazards.ts';

/** Layers as lists such as `nix/store/`, `etc/passwd -> /x`, `bin/a => bin/b` (a hard link). */
function hazards(...layers: readonly (readonly string[])[]) {
  const facts = layers.map((lines) => {
    const root = collectRootFacts();
    for (const line of lines) root.add(entryOf(line));
    return root.facts();
  });
  return rootHazards(facts).map(({ code, layer }) => `${code} in ${layer}`);
}

function entryOf(line: string): Pick<LayerEntry, 'path' | 'type' | 'linkTarget'> {
  const [path = '', arrow, linkTarget] = line.split(/ (->|=>) /);
  if (arrow !== undefined && linkTarget !== undefined) {
    return { path, type: arrow === '->' ? 'symlink' : 'hardlink', linkTarget };
  }
  return { path, type: path.endsWith('/') ? 'directory' : 'file' };
}

const HELLO = `nix/store/${'0'.repeat(32)}-hello/bin/hello`;

describe('hazards of an image', () => {
  it('finds none in an image as it should be', () => {
    const store = ['nix/', 'nix/store/', HELLO, `${HELLO}2 -> ../../${'1'.repeat(32)}-x/bin/x`];
    const root = ['bin/hello -> /nix/store/x', 'etc/passwd', 'usr -> .', 'etc/mtab -> ../proc/mounts'];
    expect(hazards(store, root)).toEqual([]);
  });

  it.each([
    ['a link to the store', 'nix/store -> /nix/store/x/nix/store'],
    ['a link to its parent', './nix -> mnt'],
    ['a file', 'nix/store'],
  ])('finds %s in its place, above the store paths or beside them', (_, line) => {
    expect(hazards([HELLO], [line])).toEqual(['store-hidden in 1']);
    expect(hazards([line, HELLO])).toEqual(['store-hidden in 0']);
    expect(hazards([], [line])).toEqual([]);
  });

  it('says nothing of a store that was removed before', () => {
    for (const whiteout of ['.wh.nix', 'nix/.wh.store', 'nix/.wh..wh..opq', '.wh..wh..opq']) {
      expect(hazards([HELLO], [whiteout], ['nix -> mnt'])).toEqual([]);
    }
  });

  it.each(['etc/passwd', 'etc/group', 'etc'])('finds that %s leads out of the image', (path) => {
    expect(hazards([`${path} -> /nix/store/x`])).toEqual(['accounts-lead-outside in 0']);
    expect(hazards([`${path} -> usr/x`])).toEqual([]);
    expect(hazards([`${path} -> /nix/store/x`], [path])).toEqual([]);
    expect(hazards([`${path} -> /nix/store/x`], ['.wh.etc'])).toEqual([]);
  });

  it('finds accounts that are no file', () => {
    expect(hazards(['etc/', 'etc/passwd/', 'etc/group/'])).toEqual([
      'accounts-no-file in 0',
      'accounts-no-file in 0',
    ]);
    expect(hazards(['etc/passwd/'], ['etc/passwd'])).toEqual([]);
  });

  it('finds paths and links that lead out of the image, and counts them', () => {
    expect(hazards(['a/../../b'], ['bin/a => ../b'], ['x/y -> ../../b', 'x/z -> ../b'])).toEqual([
      'leads-outside in 0',
      'leads-outside in 1',
      'leads-outside in 2',
    ]);
  });
});

describe('a path in an image', () => {
  it.each([
    ['./a//b/', 'a/b'],
    ['/a/../b', 'b'],
    ['.', ''],
    ['..', undefined],
    ['/a/../../b', undefined],
  ])('%j is %j', (written, path) => {
    expect(pathInImage(written)).toBe(path);
  });
});
