import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RawPath, rawPath } from '../../../src/main/archive/raw-path.ts';
import { mergePackages, type RootPackage } from '../../../src/main/root/merge-packages.ts';
import { rootRules } from '../../../src/main/root/root-rules.ts';
import { type ListedEntry, treeEntries } from '../../../src/main/root/root-tree.ts';

/** A package's files: contents as text, a directory, or a link (`-> target`) within the package. */
interface Tree {
  readonly [name: string]: string | Tree;
}

const store = (packages: Readonly<Record<string, Tree>>) => {
  const nodeAt = (path: string): string | Tree | undefined => {
    const [, , , name = '', ...parts] = path.split('/');
    return parts.reduce<string | Tree | undefined>(
      (node, part) => (typeof node === 'object' ? node[part] : undefined),
      packages[name],
    );
  };
  const resolve = (path: string): string => {
    const node = nodeAt(path);
    const target = typeof node === 'string' ? /^-> (.+)$/.exec(node)?.[1] : undefined;
    if (target === undefined) return path;
    return resolve(new URL(target, `file://${path}`).pathname.replace(/(?<=.)\/$/, ''));
  };
  const list = (path: RawPath): readonly ListedEntry[] => {
    const node = nodeAt(resolve(path));
    if (typeof node !== 'object') return [];
    return Object.entries(node).map(([key, child]) => {
      const name = rawPath(key);
      if (typeof child === 'object') return { name, type: 'directory' };
      const target = /^-> (.+)$/.exec(child)?.[1];
      if (target === undefined) return { name, type: 'file' };
      const linkTarget = rawPath(target);
      const realPath = rawPath(resolve(`${path}/${key}`));
      if (typeof nodeAt(realPath) !== 'object') return { name, type: 'file', linkTarget };
      return { name, type: 'directory', linkTarget, realPath };
    });
  };
  const sameFile = (a: string, b: string) =>
    resolve(a) === resolve(b) || nodeAt(resolve(a)) === nodeAt(resolve(b));
  return { list, sameFile };
};

function merge(packages: Readonly<Record<string, Tree>>) {
  const { list, sameFile } = store(packages);
  const outputs: RootPackage[] = Object.keys(packages).map((name) => ({ name, path: `/nix/store/${name}` }));
  const { root, conflicts, omissions } = mergePackages(outputs, list, sameFile, rootRules(['/nix/store']));
  const entries = treeEntries(root).map((entry) =>
    entry.type === 'symlink' ? `${entry.path} -> ${entry.target}` : `${entry.path}/`,
  );
  return { entries, conflicts, omissions: omissions.map(({ path, package: owner }) => `${owner}${path}`) };
}

describe('merging packages into one root', () => {
  it('makes real directories at the top and links to what is in them', () => {
    expect(merge({ hello: { bin: { hello: 'x' }, share: { man: { man1: 'x' } } } }).entries).toEqual([
      'bin/',
      'bin/hello -> /nix/store/hello/bin/hello',
      'share/',
      'share/man -> /nix/store/hello/share/man',
    ]);
  });

  it('opens up a directory as far as packages share it', () => {
    expect(
      merge({
        a: { share: { man: { man1: { 'a.1': 'x' } }, doc: { a: 'x' } } },
        b: { share: { man: { man1: { 'b.1': 'x' }, man5: { 'b.5': 'x' } } } },
      }).entries,
    ).toEqual([
      'share/',
      'share/doc -> /nix/store/a/share/doc',
      'share/man/',
      'share/man/man1/',
      'share/man/man1/a.1 -> /nix/store/a/share/man/man1/a.1',
      'share/man/man1/b.1 -> /nix/store/b/share/man/man1/b.1',
      'share/man/man5 -> /nix/store/b/share/man/man5',
    ]);
  });

  it('leaves out what a package keeps for Nix', () => {
    expect(
      merge({ a: { 'nix-support': { 'propagated-build-inputs': 'x' }, bin: { a: 'x' } } }).entries,
    ).toEqual(['bin/', 'bin/a -> /nix/store/a/bin/a']);
  });

  it('reports different files of one name with both owners; the first listed wins', () => {
    const { entries, conflicts } = merge({
      bash: { bin: { sh: 'bash' } },
      dash: { bin: { sh: 'dash' } },
      busybox: { bin: { sh: 'busybox' } },
    });
    expect(entries).toContain('bin/sh -> /nix/store/bash/bin/sh');
    const kept = { package: 'bash', file: '/nix/store/bash/bin/sh' };
    expect(conflicts).toEqual([
      { path: '/bin/sh', kept, dropped: { package: 'dash', file: '/nix/store/dash/bin/sh' } },
      { path: '/bin/sh', kept, dropped: { package: 'busybox', file: '/nix/store/busybox/bin/sh' } },
    ]);
  });

  it('reports a file where another package has a directory, and merges the directories', () => {
    const { entries, conflicts } = merge({
      a: { share: { x: { one: '1' } } },
      b: { share: { x: 'a file' } },
      c: { share: { x: { two: '2' } } },
    });
    expect(entries).toEqual([
      'share/',
      'share/x/',
      'share/x/one -> /nix/store/a/share/x/one',
      'share/x/two -> /nix/store/c/share/x/two',
    ]);
    expect(conflicts.map(({ path, dropped }) => [path, dropped.package])).toEqual([['/share/x', 'b']]);
  });

  it('sees no conflict in files that are the same', () => {
    expect(merge({ a: { LICENSE: 'text' }, b: { LICENSE: 'text' } })).toEqual({
      entries: ['LICENSE -> /nix/store/a/LICENSE'],
      conflicts: [],
      omissions: [],
    });
  });

  it('keeps a link to a directory beside it, where all have the same', () => {
    expect(
      merge({ a: { bin: { a: 'x' }, sbin: '-> bin' }, b: { bin: { b: 'x' }, sbin: '-> bin' } }).entries,
    ).toEqual(['bin/', 'bin/a -> /nix/store/a/bin/a', 'bin/b -> /nix/store/b/bin/b', 'sbin -> bin']);
  });

  it('merges what a link leads to, where others have a directory', () => {
    expect(merge({ a: { bin: { a: 'x' }, sbin: '-> bin' }, b: { sbin: { b: 'x' } } }).entries).toEqual([
      'bin/',
      'bin/a -> /nix/store/a/bin/a',
      'sbin/',
      'sbin/a -> /nix/store/a/sbin/a',
      'sbin/b -> /nix/store/b/sbin/b',
    ]);
  });

  it('ends where links lead in circles', () => {
    const { entries } = merge({
      a: { usr: '-> ./', bin: { a: 'x' } },
      b: { usr: '-> ../b', lib: { b: 'x' } },
    });
    expect(entries).toContain('bin/a -> /nix/store/a/bin/a');
    expect(entries.length).toBeLessThan(20);
  });

  it('leaves out what would take the place of the store, and keeps its neighbours', () => {
    const { entries, omissions } = merge({
      a: { nix: { store: { own: 'x' }, var: { db: 'x' } }, bin: { a: 'x' } },
      b: { nix: { store: { own: 'x' } } },
    });
    expect(omissions).toEqual(['a/nix/store', 'b/nix/store']);
    expect(entries).toEqual([
      'bin/',
      'bin/a -> /nix/store/a/bin/a',
      'nix/',
      'nix/var/',
      'nix/var/db -> /nix/store/a/nix/var/db',
    ]);
    for (const nix of ['x', '-> elsewhere', '-> bin']) {
      const linked = merge({ a: { nix, bin: { store: 'x' } } });
      expect(linked.entries.filter((path) => /^nix( |\/store)/.test(path))).toEqual([]);
    }
  });

  it('leaves out what runtimes mount over', () => {
    const { entries, omissions } = merge({
      a: { dev: { null: 'x' }, proc: 'x', sys: '-> bin', bin: { a: 'x' } },
    });
    expect(entries).toEqual(['bin/', 'bin/a -> /nix/store/a/bin/a']);
    expect(omissions).toEqual(['a/dev', 'a/proc', 'a/sys']);
  });

  it('leaves out names that would remove files of the layers below', () => {
    const { entries, omissions } = merge({
      a: { '.wh.nix': 'x', '.wh..wh..opq': 'x', bin: { a: 'x', '.wh.b': 'x' } },
    });
    expect(entries).toEqual(['bin/', 'bin/a -> /nix/store/a/bin/a']);
    expect(omissions).toEqual(['a/.wh..wh..opq', 'a/.wh.nix', 'a/bin/.wh.b']);
  });

  it('makes real directories of all that is written to, though one package alone has them', () => {
    const { entries, omissions } = merge({
      a: { var: { lib: { a: { db: 'x' } }, tmp: 'x' }, tmp: 'x', real: { x: 'x' }, etc: '-> real' },
    });
    expect(entries).toEqual([
      'etc/',
      'etc/x -> /nix/store/a/etc/x',
      'real/',
      'real/x -> /nix/store/a/real/x',
      'var/',
      'var/lib/',
      'var/lib/a/',
      'var/lib/a/db -> /nix/store/a/var/lib/a/db',
    ]);
    expect(omissions).toEqual(['a/tmp', 'a/var/tmp']);
  });

  it('takes an output that is listed twice once', () => {
    const { list, sameFile } = store({ a: { bin: { a: 'x' } } });
    const output = { name: 'a', path: '/nix/store/a' };
    const { conflicts } = mergePackages(
      [output, { ...output, name: 'again' }],
      list,
      sameFile,
      rootRules(['/nix/store']),
    );
    expect(conflicts).toEqual([]);
  });

  it('gives every file of every package unless it is reported, and never depends on the order without conflicts', () => {
    const name = fc.constantFrom('bin', 'lib', 'x', 'y');
    const { tree } = fc.letrec<{ tree: Tree; node: string | Tree }>((tie) => ({
      node: fc.oneof({ maxDepth: 3 }, fc.constantFrom('1', '2'), tie('tree')),
      tree: fc.dictionary(name, tie('node'), { maxKeys: 3 }),
    }));
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 4 }), (trees) => {
        const packages = Object.fromEntries(trees.map((each, index) => [`p${index}`, each]));
        const { entries, conflicts } = merge(packages);
        const dropped = new Set(conflicts.map((conflict) => conflict.dropped.file));
        const links = new Map(
          entries
            .filter((entry) => entry.includes(' -> '))
            .map((entry) => entry.split(' -> ') as [string, string]),
        );
        for (const [owner, each] of Object.entries(packages)) {
          for (const [path, contents] of filesOf(each)) {
            const at = `/nix/store/${owner}${path}`;
            const covered = [...dropped].some((file) => at === file || at.startsWith(`${file}/`));
            if (!covered) expect(contentsAt(path, links, packages)).toBe(contents);
          }
        }
        if (conflicts.length === 0) {
          const reversed = Object.fromEntries(Object.entries(packages).reverse());
          expect(merge(reversed).entries.map((entry) => entry.split(' -> ')[0])).toEqual(
            entries.map((entry) => entry.split(' -> ')[0]),
          );
        }
      }),
    );
  });
});

function* filesOf(tree: Tree, prefix = ''): Generator<readonly [string, string]> {
  for (const [name, node] of Object.entries(tree)) {
    if (typeof node === 'string') yield [`${prefix}/${name}`, node];
    else yield* filesOf(node, `${prefix}/${name}`);
  }
}

/** What one reads at a path of the root: the longest link on the way, then the rest of the path in that package. */
function contentsAt(
  path: string,
  links: ReadonlyMap<string, string>,
  packages: Readonly<Record<string, Tree>>,
) {
  const parts = path.slice(1).split('/');
  for (let length = parts.length; length > 0; length -= 1) {
    const target = links.get(parts.slice(0, length).join('/'));
    if (target === undefined) continue;
    const [owner = '', ...rest] = [...target.split('/').slice(3), ...parts.slice(length)];
    return rest.reduce<string | Tree | undefined>(
      (node, part) => (typeof node === 'object' ? node[part] : undefined),
      packages[owner],
    );
  }
  return undefined;
}
