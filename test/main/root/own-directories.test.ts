import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RootFields, rootTree } from '../../../src/main/root/root.ts';
import { treeEntries } from '../../../src/main/root/root-tree.ts';
import { type FakeNode, type FakeStore, fakeStore } from '../../support/fake-store.ts';

let store: FakeStore;
beforeEach(() => {
  store = fakeStore();
});
afterEach(() => store.remove());

const directory = (tree: Readonly<Record<string, FakeNode>>) => ({ directory: tree });

function entriesOf(own: RootFields, tree: Readonly<Record<string, FakeNode>> = {}) {
  const path = store.add('package', tree);
  const entries = treeEntries(rootTree({ packages: [{ name: 'package', path }], own }).root);
  return { path, at: (at: string) => entries.find((entry) => entry.path === at) };
}

describe('directories of a document', () => {
  it('are made with their parents, modes and owners', () => {
    const { at } = entriesOf({
      accounts: { users: [{ name: 'app' }] },
      directories: [
        { path: '/var/lib/app/', mode: '0750', owner: 'app' },
        { path: '/srv/x', mode: '2775', owner: '5:6' },
        { path: '/tmp' },
        { path: '/var/empty', mode: '0755' },
      ],
    });
    expect(at('var/lib/app')).toEqual({
      type: 'directory',
      path: 'var/lib/app',
      mode: 0o750,
      uid: 1000,
      gid: 1000,
    });
    expect(at('var/lib')).toEqual({ type: 'directory', path: 'var/lib', mode: 0o755 });
    expect(at('srv/x')).toMatchObject({ mode: 0o2775, uid: 5, gid: 6 });
    expect(at('tmp')).toMatchObject({ mode: 0o1777 });
    expect(at('var/empty')).toMatchObject({ mode: 0o755 });
    expect(at('home/app')).toMatchObject({ type: 'directory', uid: 1000, gid: 1000 });
  });

  it('open up links into the store, and follow those beside them', () => {
    const { at, path } = entriesOf(
      { directories: [{ path: '/share/doc/new' }, { path: '/usr/lib/new' }] },
      {
        share: directory({ doc: directory({ old: 'x' }) }),
        lib: directory({ 'liba.so': 'x' }),
        usr: { link: '.' },
      },
    );
    expect(at('share/doc')?.type).toBe('directory');
    expect(at('share/doc/old')).toMatchObject({ target: `${path}/share/doc/old` });
    expect(at('share/doc/new')?.type).toBe('directory');
    expect(at('usr')).toMatchObject({ type: 'symlink', target: '.' });
    expect(at('lib/new')?.type).toBe('directory');
  });

  it('make homes, and leave those that every image has to whom they belong', () => {
    const { at } = entriesOf(
      {
        accounts: {
          users: [
            { name: 'root' },
            { name: 'nobody' },
            { name: 'db', uid: 70, home: '/var/lib/db' },
            { name: 't', home: '/tmp' },
          ],
        },
      },
      { var: directory({ lib: directory({ db: directory({}) }) }) },
    );
    expect(at('root')).toEqual({ type: 'directory', path: 'root', mode: 0o700 });
    expect(at('tmp')).toEqual({ type: 'directory', path: 'tmp', mode: 0o1777 });
    expect(at('var/lib/db')).toMatchObject({ uid: 70, gid: 70 });
  });

  it.each([
    ['/bin/tool', 'directories[0].path: /bin/tool is a link of the package package.'],
    ['/bin/tool/x', 'directories[0].path: /bin/tool is a link of the package package.'],
    ['/etc/passwd/x', 'directories[0].path: /etc/passwd is a file of every image.'],
    ['/proc/x', 'directories[0].path: /proc cannot be had: what runs the image mounts its own there.'],
    ['/a/.wh.b/c', /^directories\[0\]\.path: \/a\/\.wh\.b cannot be had: .*removes files/],
    [`/${'n'.repeat(256)}`, /more than 255 bytes/],
  ])('cannot be %s', (path, message) => {
    expect(() =>
      entriesOf({ directories: [{ path }] }, { bin: directory({ tool: { executable: 'x' } }) }),
    ).toThrow(
      expect.objectContaining({
        code: 'invalid-document',
        message: typeof message === 'string' ? message : expect.stringMatching(message),
      }),
    );
  });

  it('cannot be in the store', () => {
    const path = `${store.root}/nix/store/x`;
    expect(() => entriesOf({ directories: [{ path }] })).toThrow(/the store paths of the image are there/);
  });
});
