import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LayerEntry } from '../../../src/engine/contents/layer-entry.ts';
import { stackLayers } from '../../../src/engine/contents/stack-layers.ts';
import type { BaseRoot } from '../../../src/main/root/base-root.ts';
import { type RootFields, rootTree } from '../../../src/main/root/root.ts';
import { treeEntries } from '../../../src/main/root/root-tree.ts';
import { type FakeNode, type FakeStore, fakeStore } from '../../support/fake-store.ts';

let store: FakeStore;
beforeEach(() => {
  store = fakeStore();
});
afterEach(() => store.remove());

type Files = Readonly<Record<string, string | { link: string } | { mode: number; uid?: number }>>;

function base(...layers: readonly Files[]): BaseRoot {
  const entries = layers.map((files) =>
    Object.entries(files).map(([path, file]): LayerEntry => {
      const facts = { path, uid: 0, gid: 0, sizeBytes: 0 };
      if (typeof file === 'string') return { ...facts, type: 'file', mode: 0o644, sizeBytes: file.length };
      if ('link' in file) return { ...facts, type: 'symlink', mode: 0o777, linkTarget: file.link };
      return { ...facts, type: 'directory', ...file };
    }),
  );
  const text = (path: string) => layers.map((files) => files[path]).findLast((file) => file !== undefined);
  const { root: files } = stackLayers(entries);
  return {
    name: 'the-base',
    files,
    readText: (path) => {
      const found = text(path);
      return typeof found === 'string' ? found : undefined;
    },
  };
}

const directory = (tree: Readonly<Record<string, FakeNode>>) => ({ directory: tree });
const program = (name: string) => ({ bin: directory({ [name]: { executable: 'x' } }) });

function rootOn(
  below: BaseRoot,
  packages: Readonly<Record<string, Readonly<Record<string, FakeNode>>>> = {},
  own?: RootFields,
) {
  const outputs = Object.entries(packages).map(([name, tree]) => ({ name, path: store.add(name, tree) }));
  const image = rootTree({ packages: outputs, own, base: below, yielding: new Set(['cacert']) });
  const entries = treeEntries(image.root);
  const at = (path: string) => entries.find((entry) => entry.path === path);
  const pathOf = (name: string) => outputs.find((output) => output.name === name)?.path;
  return { ...image, entries, at, pathOf, paths: entries.map(({ path }) => path) };
}

/** What programs expect of a system, as a distribution has it. */
const SYSTEM: Files = {
  bin: { link: 'usr/bin' },
  lib: { link: 'usr/lib' },
  'usr/bin': { mode: 0o755 },
  'usr/lib': { mode: 0o755 },
  etc: { mode: 0o755 },
  'etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
  'etc/group': 'root:x:0:\n',
  'etc/nsswitch.conf': 'passwd: files\n',
  dev: { mode: 0o755 },
  proc: { mode: 0o555 },
  root: { mode: 0o700 },
  run: { mode: 0o755 },
  sys: { mode: 0o555 },
  tmp: { mode: 0o1777 },
  'var/tmp': { mode: 0o1777 },
  'var/empty': { mode: 0o755 },
  'usr/bin/sh': { link: 'dash' },
  'usr/bin/dash': 'dash',
};

describe('the root on a base', () => {
  it('has nothing where the base has all', () => {
    expect(rootOn(base(SYSTEM)).paths).toEqual([]);
  });

  it('goes where the links of the base lead, with the directories as they are there', () => {
    const { at, paths, pathOf } = rootOn(base({ ...SYSTEM, usr: { mode: 0o711, uid: 7 } }), {
      jq: program('jq'),
    });
    expect(paths).toEqual(['usr', 'usr/bin', 'usr/bin/jq']);
    expect(at('usr')).toMatchObject({ type: 'directory', mode: 0o711, uid: 7 });
    expect(at('usr/bin/jq')).toMatchObject({ target: `${pathOf('jq')}/bin/jq` });
  });

  it('has what the base lacks of a system', () => {
    const { paths, at } = rootOn(base({ bin: { mode: 0o755 } }));
    expect(paths).toContain('etc/passwd');
    expect(at('tmp')).toMatchObject({ mode: 0o1777 });
  });

  it('sees what whiteouts have taken away', () => {
    const { conflicts, paths } = rootOn(base({ ...SYSTEM, 'usr/bin/jq': 'old' }, { 'usr/bin/.wh.jq': '' }), {
      jq: program('jq'),
    });
    expect(conflicts).toEqual([]);
    expect(paths).toContain('usr/bin/jq');
  });

  it('finds the program of a package before that of the base, and tells of both', () => {
    const { conflicts, at, pathOf } = rootOn(
      base({ ...SYSTEM, 'usr/bin/jq': 'old', 'usr/bin/awk': { link: '/etc/alternatives/awk' } }),
      { jq: program('jq'), gawk: program('awk') },
    );
    expect(at('usr/bin/jq')).toMatchObject({ target: `${pathOf('jq')}/bin/jq` });
    expect(at('usr/bin/awk')).toMatchObject({ target: `${pathOf('gawk')}/bin/awk` });
    expect(conflicts.map(({ path, kept, dropped }) => [path, kept.package, dropped.package])).toEqual([
      ['/bin/awk', 'gawk', 'the base'],
      ['/bin/jq', 'jq', 'the base'],
    ]);
  });

  it('keeps the shell, the settings and what the programs of the base need', () => {
    const { paths, conflicts, omissions } = rootOn(
      base({
        ...SYSTEM,
        'etc/tool.conf': 'base',
        'usr/lib/tool/plugin': 'base',
        'usr/lib/libz.so.1': 'base',
        'usr/share/tool': 'base',
        share: { link: 'usr/share' },
      }),
      {
        tool: {
          bin: directory({ sh: { executable: 'x' } }),
          etc: directory({ 'tool.conf': 'mine' }),
          lib: directory({
            tool: directory({ other: 'mine' }),
            'libz.so.1': 'mine',
            'liby.so': 'mine',
            more: directory({}),
          }),
          share: directory({ tool: 'mine', doc: 'mine' }),
        },
      },
    );
    expect(paths).toEqual(['usr', 'usr/lib', 'usr/lib/more', 'usr/share', 'usr/share/doc']);
    expect(conflicts.map(({ path, kept }) => [path, kept.package])).toEqual([
      ['/bin/sh', 'the base'],
      ['/etc/tool.conf', 'the base'],
    ]);
    expect(omissions).toMatchObject([{ path: '/lib/liby.so', package: 'tool' }]);
  });

  it('puts no file in place of a directory, and no directory in place of a file', () => {
    const { paths, conflicts } = rootOn(
      base({ ...SYSTEM, 'usr/bin/one': { mode: 0o755 }, 'opt/x': 'file', 'opt/y': { link: 'nowhere' } }),
      { one: program('one'), x: { opt: directory({ x: directory({ a: 'a' }), y: directory({ b: 'b' }) }) } },
    );
    expect(paths).toEqual([]);
    expect(conflicts.map(({ path, kept }) => [path, kept.package])).toEqual([
      ['/bin/one', 'the base'],
      ['/opt/x', 'the base'],
      ['/opt/y', 'the base'],
    ]);
  });

  it('leaves what nobody asked for by name to the base', () => {
    const certificates = { etc: directory({ ssl: directory({ bundle: 'mine', other: 'mine' }) }) };
    const { paths, conflicts } = rootOn(base({ ...SYSTEM, 'etc/ssl/bundle': 'base' }), {
      cacert: certificates,
    });
    expect(paths).toEqual(['etc', 'etc/ssl', 'etc/ssl/other']);
    expect(conflicts).toEqual([]);
  });

  it('opens up what leads into a store path of the base, which nothing is put into', () => {
    const inStore = '00000000000000000000000000000000-old';
    const { at, paths } = rootOn(
      base({
        ...SYSTEM,
        [`nix/store/${inStore}/etc/app/a`]: 'a',
        'etc/app': { link: `/nix/store/${inStore}/etc/app` },
      }),
      { app: { etc: directory({ app: directory({ b: 'b' }) }) } },
    );
    expect(paths).toEqual(['etc', 'etc/app', 'etc/app/a', 'etc/app/b']);
    expect(at('etc/app/a')).toMatchObject({ target: `/nix/store/${inStore}/etc/app/a` });
  });

  it('adds accounts to those of the base, in a file with its mode and owner', () => {
    const accounts = { users: [{ name: 'app', uid: 5 }] };
    const { at, passwd } = rootOn(base(SYSTEM), {}, { accounts });
    expect(passwd).toBe('root:x:0:0:root:/root:/bin/bash\napp:x:5:5:app:/home/app:/bin/sh\n');
    expect(at('etc/passwd')).toMatchObject({ mode: 0o644, text: passwd });
    expect(at('home/app')).toMatchObject({ type: 'directory', uid: 5 });
  });

  it('gives a directory of the base the mode that the document says', () => {
    const { entries } = rootOn(base(SYSTEM), {}, { directories: [{ path: '/run', mode: '1777' }] });
    expect(entries).toEqual([{ type: 'directory', path: 'run', mode: 0o1777 }]);
  });

  it("replaces a file of the base by the document's only where it says so", () => {
    const file = { text: 'mine', to: '/bin/dash' };
    const put = (more: object) => rootOn(base(SYSTEM), {}, { files: [{ ...file, ...more }] });
    expect(() => put({})).toThrow('files[0].to: /bin/dash is a file of the base image.');
    expect(put({ replace: true }).paths).toEqual(['usr', 'usr/bin', 'usr/bin/dash']);
  });

  it.each([
    [
      { nix: { link: '/mnt/nix' } },
      'The base the-base has a link to /mnt/nix in place of the directory /nix.',
    ],
    [{ 'nix/store': 'x' }, 'The base the-base has a file in place of the directory /nix/store.'],
  ] as const)('is refused where store paths cannot be: %j', (files, message) => {
    expect(() => rootOn(base(files))).toThrow(message);
  });
});
