import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileCapabilities } from '../../../src/main/root/capabilities.ts';
import { type RootFields, rootTree } from '../../../src/main/root/root.ts';
import { treeEntries } from '../../../src/main/root/root-tree.ts';
import { type FakeNode, type FakeStore, fakeStore } from '../../support/fake-store.ts';

let store: FakeStore;
beforeEach(() => {
  store = fakeStore();
});
afterEach(() => store.remove());

const directory = (tree: Readonly<Record<string, FakeNode>>) => ({ directory: tree });
const PACKAGE = {
  bin: directory({ ping: { executable: 'ping' }, pong: { link: 'ping' } }),
  sbin: { link: 'bin' },
  share: directory({
    site: directory({
      'index.html': '<html>',
      deep: directory({ page: 'page' }),
      self: { link: '.' },
      old: { link: 'index.html' },
    }),
  }),
  etc: directory({ elsewhere: { link: '/nowhere' } }),
};

function rootOf(permissions: RootFields['permissions'], own: RootFields = {}) {
  const path = store.add('package', PACKAGE);
  const { root, notices } = rootTree({ packages: [{ name: 'package', path }], own: { ...own, permissions } });
  const entries = treeEntries(root);
  return { path, notices, at: (at: string) => entries.find((entry) => entry.path === at) };
}

describe('permissions of a document', () => {
  it('copy a file of the store into the root, where it has them', () => {
    const { at, path, notices } = rootOf([{ path: '/bin/ping', mode: '4755', owner: 'root' }]);
    const disk = { file: `${path}/bin/ping`, sizeBytes: 4 };
    expect(at('bin/ping')).toEqual({ type: 'file', path: 'bin/ping', mode: 0o4755, disk });
    expect(at('bin/pong')).toMatchObject({ type: 'symlink', target: `${path}/bin/pong` });
    expect(notices).toEqual([
      '/bin/ping: 1 file of the store, 4 B, is copied into the root layer for other permissions (permissions[0]).',
      '/bin/ping of the package package runs as the user 0, whoever starts it (set-user-ID).',
    ]);
  });

  it('copy what a link in the store leads to, and go through links beside', () => {
    const { at, path } = rootOf([{ path: '/sbin/pong', capabilities: 'cap_net_raw=+ep' }]);
    expect(at('sbin')).toMatchObject({ type: 'symlink', target: 'bin' });
    expect(at('bin/pong')).toMatchObject({
      mode: 0o555,
      disk: { file: `${path}/bin/ping` },
      xattrs: { 'security.capability': fileCapabilities('cap_net_raw=+ep', '') },
    });
    expect(at('bin/ping')?.type).toBe('symlink');
  });

  it('are for a directory alone, or with all in it; not for what links in it lead to', () => {
    const alone = rootOf([{ path: '/share/site', mode: '0700', owner: '7' }]);
    expect(alone.at('share/site')).toMatchObject({ mode: 0o700, uid: 7 });
    expect(alone.at('share/site/index.html')).toEqual({
      type: 'symlink',
      path: 'share/site/index.html',
      target: `${alone.path}/share/site/index.html`,
    });
    store.remove();
    store = fakeStore();
    const all = rootOf([{ path: '/share/site', mode: '0640', owner: '7', recursive: true }]);
    expect(all.at('share/site')).toMatchObject({ mode: 0o750, uid: 7 });
    expect(all.at('share/site/deep')).toMatchObject({ type: 'directory', mode: 0o750, uid: 7 });
    expect(all.at('share/site/deep/page')).toMatchObject({ type: 'file', mode: 0o640, uid: 7, gid: 7 });
    expect(all.at('share/site/self')?.type).toBe('symlink');
    expect(all.at('share/site/old')?.type).toBe('symlink');
    expect(all.notices).toEqual([
      '/share/site: 2 files of the store, 10 B, are copied into the root layer for other permissions (permissions[0]).',
    ]);
  });

  it('are for own files too, and what every image has', () => {
    const { at, notices } = rootOf(
      [
        { path: '/srv/run', mode: '2755', owner: '0:5' },
        { path: '/run', mode: '1777' },
        { path: '/srv/link', mode: '0600' },
      ],
      {
        files: [
          { text: '', to: '/srv/run' },
          { link: '../etc/real', to: '/srv/link' },
          { text: '', to: '/etc/real' },
        ],
      },
    );
    expect(at('srv/run')).toMatchObject({ mode: 0o2755, gid: 5 });
    expect(at('run')).toMatchObject({ mode: 0o1777 });
    expect(at('etc/real')).toMatchObject({ mode: 0o600 });
    expect(at('srv/link')?.type).toBe('symlink');
    expect(notices).toEqual(['/srv/run of the document (files[0]) runs as the group 5 (set-group-ID).']);
  });

  it.each([
    [{ path: '/bin/missing', mode: '0755' }, 'permissions[0].path: the image has nothing at /bin/missing.'],
    [{ path: '/bin/ping/x' }, 'permissions[0].path: the image has nothing at /bin/ping/x.'],
    [{ path: '/srv/loop' }, /permissions\[0\]\.path: .*loop/],
    [{ path: '/etc/elsewhere' }, 'permissions[0].path: /etc/elsewhere is a link of the package package.'],
    [{ path: '/proc' }, /^permissions\[0\]\.path: \/proc cannot be had/],
    [{ path: '/bin/ping', owner: 'web' }, 'permissions[0].owner: the image has no user named "web".'],
    [
      { path: '/bin', capabilities: 'cap_net_raw=+ep' },
      'permissions[0].capabilities: /bin is a directory of the package package.',
    ],
  ] satisfies readonly (readonly [object, string | RegExp])[])('are refused: %j', (permission, message) => {
    const loop = [{ link: 'loop', to: '/srv/loop' }];
    expect(() => rootOf([permission], { files: loop })).toThrow(
      expect.objectContaining({
        code: 'invalid-document',
        message: typeof message === 'string' ? message : expect.stringMatching(message),
      }),
    );
  });
});

describe('capabilities of a file', () => {
  const hex = (text: string) => Buffer.from(fileCapabilities(text, 'here'), 'latin1').toString('hex');

  it.each([
    ['cap_net_bind_service=+ep', '0100000200040000000000000000000000000000'],
    ['CAP_NET_BIND_SERVICE=ep', '0100000200040000000000000000000000000000'],
    ['cap_chown,cap_checkpoint_restore+p', '0000000201000000000000000001000000000000'],
    ['cap_kill=i cap_chown=p', '0000000201000000200000000000000000000000'],
  ])('%s', (text, expected) => {
    expect(hex(text)).toBe(expected);
  });

  it.each([
    ['', /"" is not of the form/],
    ['cap_net_raw', /is not of the form/],
    ['cap_net_raw-e', /is not of the form/],
    ['cap_fly=ep', 'here: there is no capability "cap_fly".'],
    ['cap_net_raw=e', /has to be permitted/],
    ['cap_net_raw=ep cap_kill=p', /some are effective/],
  ])('%s is refused', (text, message) => {
    expect(() => hex(text)).toThrow(message);
  });
});
