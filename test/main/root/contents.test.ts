import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentsEntries } from '../../../src/main/root/contents.ts';
import { rootTree } from '../../../src/main/root/root.ts';
import { type FakeStore, fakeStore } from '../../support/fake-store.ts';

let store: FakeStore;
beforeEach(() => {
  store = fakeStore();
});
afterEach(() => store.remove());

describe('the contents of an image', () => {
  it('say of each path what a container sees, and who brings it', () => {
    const path = store.add('package', { bin: { directory: { tool: { executable: 'x' } } } });
    const root = rootTree({
      packages: [{ name: 'tools', path }],
      own: {
        accounts: { users: [{ name: 'app' }] },
        files: [{ text: 'häl', to: '/srv/täxt', mode: '0600', owner: 'app:5' }],
        directories: [{ path: '/srv/own', owner: 'app' }],
      },
    });
    const entries = contentsEntries(root);
    const at = (wanted: string) => entries.find((entry) => entry.path === wanted);
    expect(at('/bin/tool')).toEqual({
      path: '/bin/tool',
      type: 'link',
      mode: 0o777,
      owner: { uid: 0, gid: 0, user: 'root', group: 'root' },
      sizeBytes: 0,
      target: `${path}/bin/tool`,
      origin: { type: 'package', name: 'tools' },
      layer: 'root',
    });
    expect(at('/srv/täxt')).toEqual({
      path: '/srv/täxt',
      type: 'file',
      mode: 0o600,
      owner: { uid: 1000, gid: 5, user: 'app', group: null },
      sizeBytes: 4,
      target: null,
      origin: { type: 'own', place: 'files[0]' },
      layer: 'root',
    });
    expect(at('/srv/own')?.origin).toEqual({ type: 'own', place: 'directories[0]' });
    expect(at('/home/app')).toMatchObject({
      owner: { user: 'app', group: 'app' },
      origin: { type: 'own', place: 'accounts.users[0]' },
    });
    expect(at('/tmp')).toMatchObject({ type: 'directory', mode: 0o1777, origin: { type: 'default' } });
    expect(entries.map((entry) => entry.path)).toEqual(entries.map((entry) => entry.path).toSorted());
  });
});
