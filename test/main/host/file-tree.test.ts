import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LayerEntry } from '../../../src/engine/contents/layer-entry.ts';
import { singleLayer, stackLayers } from '../../../src/engine/contents/stack-layers.ts';
import { fileTree } from '../../../src/main/host/image-files/file-tree.ts';

const entry = (path: string, more: Partial<LayerEntry>): LayerEntry => ({
  path,
  type: 'file',
  mode: 0o444,
  uid: 0,
  gid: 0,
  sizeBytes: 0,
  ...more,
});
const file = (path: string, sizeBytes: number) => entry(path, { sizeBytes });
const directory = (path: string, mode = 0o555) => entry(path, { type: 'directory', mode });
const link = (path: string, linkTarget: string) => entry(path, { type: 'symlink', mode: 0o777, linkTarget });

/** Layers, the lowest first. */
const treeOf = (...layers: LayerEntry[][]) => fileTree(stackLayers(layers));

const names = (page: { entries: readonly { name: string }[] } | null) =>
  page?.entries.map(({ name }) => name);

describe('the files of an image', () => {
  const tree = treeOf(
    [directory('nix'), directory('nix/store'), file('nix/store/a/bin/tool', 100)],
    [file('nix/store/b/lib', 50)],
    [directory('tmp', 0o1777), link('bin/tool', '/nix/store/a/bin/tool'), file('zero', 0)],
  );

  it('are listed by directory: directories first, with what they hold', () => {
    const top = tree.list('/', 0, 10);
    expect(names(top)).toEqual(['bin', 'nix', 'tmp', 'zero']);
    expect(top?.entries[1]).toMatchObject({ path: '/nix', sizeBytes: 150, descendants: 6, layer: 0 });
    expect(top?.entries[2]).toMatchObject({ mode: 0o1777, layer: 2, descendants: 0 });
    expect(tree.list('/bin', 0, 10)?.entries[0]).toMatchObject({
      kind: 'symlink',
      target: '/nix/store/a/bin/tool',
    });
    expect(names(tree.list('nix/store/', 0, 10))).toEqual(['a', 'b']);
  });

  it('come in pages', () => {
    expect([0, 2].map((offset) => names(tree.list('/', offset, 2)))).toEqual([
      ['bin', 'nix'],
      ['tmp', 'zero'],
    ]);
    expect(tree.list('/', 10, 2)).toMatchObject({ entries: [], total: 4 });
  });

  it('are searched by all words of a path, case aside', () => {
    expect(tree.search('TOOL bin', 0, 10)).toMatchObject({ total: 2 });
    expect(tree.search('tool', 1, 1).entries.map(({ path }) => path)).toEqual(['/nix/store/a/bin/tool']);
    expect(tree.search('nothing', 0, 10)).toEqual({ entries: [], total: 0 });
  });

  it('say which directories there are not', () => {
    expect(tree.list('/nowhere', 0, 1)).toBeNull();
    expect(tree.list('/zero', 0, 1)).toBeNull();
  });

  it('are those of the topmost layer where several have one', () => {
    const stacked = treeOf(
      [file('etc/passwd', 10), directory('var'), file('var/x', 5)],
      [file('etc/passwd', 30), link('var', '/data')],
    );
    expect(stacked.list('/etc', 0, 1)?.entries[0]).toMatchObject({ sizeBytes: 30, layer: 1 });
    expect(stacked.list('/', 0, 9)?.entries[1]).toMatchObject({
      name: 'var',
      kind: 'symlink',
      descendants: 0,
    });
    expect(stacked.entries).toBe(3);
  });

  it('are what a container sees: no whiteouts, nothing that they remove, and no device nodes', () => {
    const base = [file('etc/old', 10), entry('dev/sda', { type: 'block-device' })];
    const change = [file('etc/.wh.old', 0), file('etc/new', 3)];
    const tree = treeOf(base, change);
    expect(names(tree.list('etc', 0, 9))).toEqual(['new']);
    expect(names(tree.list('dev', 0, 9))).toEqual([]);
    expect(tree.list('/', 0, 9)?.entries).toMatchObject([
      { name: 'dev', sizeBytes: 0, descendants: 0 },
      { name: 'etc', sizeBytes: 3, descendants: 1 },
    ]);
  });

  it('of one layer are those of its archive, whiteouts too', () => {
    const tree = fileTree(singleLayer([file('etc/.wh.old', 0), file('etc/new', 3)], 4));
    expect(tree.list('etc', 0, 9)?.entries).toMatchObject([
      { name: '.wh.old', layer: 4 },
      { name: 'new', layer: 4 },
    ]);
    expect(tree.list('/', 0, 9)?.entries).toMatchObject([{ name: 'etc', layer: 4, descendants: 2 }]);
  });

  it('may be as deep as an archive likes', () => {
    const deep = Array.from({ length: 20_000 }, () => 'd').join('/');
    expect(treeOf([file(deep, 7)]).list('/', 0, 1)?.entries[0]).toMatchObject({
      sizeBytes: 7,
      descendants: 19_999,
    });
  });

  it('add up: the top holds the bytes of all files, however they are nested', () => {
    const path = fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join('/'));
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(path, fc.nat(1000)), { selector: ([name]) => name }), (files) => {
        // A path that is the beginning of another is a directory, not a file.
        const kept = files.filter(([name]) => !files.some(([other]) => other.startsWith(`${name}/`)));
        const tree = treeOf(kept.map(([name, size]) => file(name, size)));
        const top = tree.list('/', 0, 100)?.entries ?? [];
        const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
        expect(sum(top.map(({ sizeBytes }) => sizeBytes))).toBe(sum(kept.map(([, size]) => size)));
        expect(sum(top.map(({ descendants }) => descendants + 1))).toBe(tree.entries);
      }),
    );
  });
});
