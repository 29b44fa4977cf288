import { describe, expect, test } from 'vitest';
import {
  addGroup,
  addUser,
  removeGroup,
  removeUser,
  runAsUser,
  setGroups,
} from '../../../src/renderer/state/document/account-edits.ts';
import {
  addDirectory,
  addOwnFiles,
  removeOwn,
  setAccess,
  setBase,
  setFile,
  setPathsToLink,
  setPriority,
} from '../../../src/renderer/state/document/root-edits.ts';
import { documentSchema } from '../../../src/shared/document.ts';

const documentOf = (fields: object = {}) => documentSchema.parse({ version: 1, ...fields });
const KEEP = { mode: undefined, owner: undefined };

describe('another mode or owner', () => {
  test('of what a package brings is one entry of the permissions, which keeps what is not changed', () => {
    const before = documentOf({ permissions: [{ path: '/bin/ping', capabilities: 'cap_net_raw=ep' }] });
    const once = setAccess(before, '/bin/ping', { ...KEEP, mode: '0750' }).document;
    expect(setAccess(once, '/bin/ping', { ...KEEP, owner: 'app' }).document.permissions).toEqual([
      { path: '/bin/ping', capabilities: 'cap_net_raw=ep', mode: '0750', owner: 'app' },
    ]);
  });

  test('of a directory of the document is said where the directory is', () => {
    const { directories, permissions } = setAccess(
      documentOf({ directories: [{ path: '/srv/data/', mode: '0700' }] }),
      '/srv/data',
      { ...KEEP, owner: 'app' },
    ).document;
    expect(directories).toEqual([{ path: '/srv/data/', mode: '0700', owner: 'app' }]);
    expect(permissions).toBeUndefined();
  });

  test('comes after those that would take it back', () => {
    const all = { path: '/srv', mode: '0755', recursive: true };
    const { directories, permissions } = setAccess(
      documentOf({ directories: [{ path: '/srv/data' }], permissions: [all] }),
      '/srv/data',
      { ...KEEP, mode: '0700' },
    ).document;
    expect(directories).toEqual([{ path: '/srv/data' }]);
    expect(permissions).toEqual([all, { path: '/srv/data', mode: '0700' }]);
  });
});

describe('taking out', () => {
  test('what was put in last leaves the document as it was', () => {
    const before = documentOf();
    const { document } = addDirectory(before, '/srv/data', KEEP);
    expect(removeOwn(document, 'directories[0]').document).toEqual(before);
    expect(removeUser(addUser(before, { name: 'app' }).document, 'app').document).toEqual(before);
    expect(removeGroup(addGroup(before, { name: 'web', gid: 80 }).document, 'web').document).toEqual(before);
    expect(setPriority(setPriority(before, 'jq', 4).document, 'jq', undefined).document).toEqual(before);
    expect(setPathsToLink(setPathsToLink(before, ['/bin']).document, []).document).toEqual(before);
    expect(setBase(setBase(before, 'oci:base').document, undefined).document).toEqual(before);
  });

  test('a group takes it from its users', () => {
    const users = [{ name: 'app', groups: ['web', 'media'] }, { name: 'db' }];
    const groups = [
      { name: 'web', gid: 80 },
      { name: 'media', gid: 81 },
    ];
    const before = documentOf({ accounts: { users, groups } });
    const { document } = removeGroup(before, 'web');
    expect(document.accounts).toEqual({
      users: [{ name: 'app', groups: ['media'] }, { name: 'db' }],
      groups: [{ name: 'media', gid: 81 }],
    });
    expect(setGroups(document, 'app', []).document.accounts?.users).toEqual([
      { name: 'app' },
      { name: 'db' },
    ]);
  });

  test('one of several files leaves the others', () => {
    const [one, two] = [
      { text: '1', to: '/one' },
      { text: '2', to: '/two' },
    ];
    const { document, title } = removeOwn(documentOf({ files: [one, two] }), 'files[0]');
    expect([document.files, title]).toEqual([[two], 'Remove /one']);
  });

  test('a user leaves the groups', () => {
    const groups = [{ name: 'web', gid: 80 }];
    const { document } = removeUser(documentOf({ accounts: { users: [{ name: 'app' }], groups } }), 'app');
    expect(document.accounts).toEqual({ users: [], groups });
  });
});

test('a file that is changed keeps what is not, and drops what is taken out', () => {
  const { document } = addOwnFiles(documentOf(), [{ from: 'app', to: '/srv/app', exclude: ['tests'] }]);
  const changed = setFile(document, 0, { exclude: undefined, replace: true }).document;
  expect(changed.files).toEqual([{ from: 'app', to: '/srv/app', replace: true }]);
  expect(setFile(document, 3, { replace: true }).document).toBe(document);
});

test('an image that runs as its own user has the user and a directory for it, once', () => {
  const { document } = runAsUser(documentOf({ config: { Cmd: ['app'] } }), 'app', 1500);
  expect(document.config).toEqual({ Cmd: ['app'], User: 'app' });
  expect(document.accounts).toEqual({ users: [{ name: 'app', uid: 1500 }] });
  expect(document.directories).toEqual([{ path: '/var/lib/app', mode: '0750', owner: 'app' }]);
  expect(runAsUser(document, 'app').document).toEqual(document);
  expect(documentSchema.parse(document)).toEqual(document);
});
