import { describe, expect, it } from 'vitest';
import { GROUP, PASSWD } from '../../../src/main/root/accounts.ts';
import { withOwnAccounts } from '../../../src/main/root/own-accounts.ts';
import { ownersOf } from '../../../src/main/root/owner.ts';
import { type AccountsField, accountsSchema } from '../../../src/shared/document/root-fields.ts';

const merged = (accounts: AccountsField, passwd = PASSWD, group = GROUP) =>
  withOwnAccounts({ passwd, group }, accounts);
const added = (text: string, before: string) => text.slice(before.length).split('\n').slice(0, -1);

describe('the accounts of a document', () => {
  it('get numbers from 1000 on, a group of their own, a home and a shell', () => {
    const { passwd, group, shadow, homes } = merged({ users: [{ name: 'app' }, { name: 'worker' }] });
    expect(added(passwd, PASSWD)).toEqual([
      'app:x:1000:1000:app:/home/app:/bin/sh',
      'worker:x:1001:1001:worker:/home/worker:/bin/sh',
    ]);
    expect(added(group, GROUP)).toEqual(['app:x:1000:', 'worker:x:1001:']);
    expect(shadow.split('\n')[0]).toBe('root:*:::::::');
    expect(shadow).toContain('\napp:*:::::::\n');
    expect(homes).toEqual([
      { path: '/home/app', uid: 1000, gid: 1000, place: 'accounts.users[0]' },
      { path: '/home/worker', uid: 1001, gid: 1001, place: 'accounts.users[1]' },
    ]);
  });

  it('are what they say, with numbers around those that are taken', () => {
    const { passwd, group, homes } = merged({
      users: [
        { name: 'next' },
        { name: 'web', uid: 1000, gid: 80, home: '/srv', shell: '/bin/false', groups: ['staff', 'nogroup'] },
        { name: 'nonroot' },
        { name: 'daemon', uid: 2, home: '/nonexistent' },
      ],
      groups: [{ name: 'staff', gid: 1001 }],
    });
    expect(added(passwd, PASSWD)).toEqual([
      'next:x:1001:1002:next:/home/next:/bin/sh',
      'web:x:1000:80:web:/srv:/bin/false',
      'nonroot:x:65532:65532:nonroot:/home/nonroot:/bin/sh',
      'daemon:x:2:2:daemon:/nonexistent:/bin/sh',
    ]);
    expect(group.split('\n')).toEqual([
      'root:x:0:',
      'nobody:x:65534:',
      'nogroup:x:65534:web',
      'staff:x:1001:web',
      'next:x:1002:',
      'web:x:80:',
      'nonroot:x:65532:',
      'daemon:x:2:',
      '',
    ]);
    expect(homes.map(({ path }) => path)).toEqual(['/home/next', '/srv', '/home/nonroot']);
  });

  it('keep what a package says of an account, where the document does not', () => {
    const { passwd, group } = merged(
      { users: [{ name: 'nginx', home: '/var/lib/nginx' }] },
      'root:x:0:0:root:/root:/bin/sh\nnginx:x:60:61:Web server:/var/empty:/bin/false\n',
      'root:x:0:\nnginx:x:61:\n',
    );
    expect(passwd).toBe(
      'root:x:0:0:root:/root:/bin/sh\nnginx:x:60:61:Web server:/var/lib/nginx:/bin/false\n',
    );
    expect(group).toBe('root:x:0:\nnginx:x:61:\n');
  });

  it.each([
    [{ users: [{ name: 'a' }, { name: 'a' }] }, 'accounts.users[1].name: "a" is there twice.'],
    [
      {
        users: [],
        groups: [
          { name: 'g', gid: 1 },
          { name: 'g', gid: 2 },
        ],
      },
      'accounts.groups[1].name: "g" is there twice.',
    ],
    [
      { users: [{ name: 'a', groups: ['nogroup', 'wheel'] }] },
      'accounts.users[0].groups[1]: the image has no group named "wheel".',
    ],
  ] satisfies readonly (readonly [AccountsField, string])[])(
    'are refused where they are wrong: %j',
    (accounts, message) => {
      expect(() => merged(accounts)).toThrow(expect.objectContaining({ code: 'invalid-document', message }));
    },
  );

  it.each([
    { users: [{ name: 'a:b' }] },
    { users: [{ name: '' }] },
    { users: [{ name: 'a\n' }] },
    { users: [{ name: 'a', uid: -1 }] },
    { users: [{ name: 'a', uid: 4_294_967_295 }] },
    { users: [{ name: 'a', home: 'home' }] },
    { users: [{ name: 'a', home: '/x:y' }] },
    { users: [{ name: 'a', shell: '/bin/sh\nroot::0:0:::' }] },
    { groups: [{ name: 'g' }] },
  ])('cannot break out of their line: %j', (accounts) => {
    expect(accountsSchema.safeParse(accounts).success).toBe(false);
  });
});

describe('an owner', () => {
  const ownerOf = ownersOf(PASSWD, GROUP);

  it.each([
    ['root', 0, 0],
    ['nobody', 65_534, 65_534],
    ['nobody:root', 65_534, 0],
    ['0:nogroup', 0, 65_534],
    ['65534', 65_534, 65_534],
    ['1000', 1000, 1000],
    ['1000:50', 1000, 50],
  ])('%s is %i:%i', (owner, uid, gid) => {
    expect(ownerOf(owner, 'files[0].owner')).toEqual({ uid, gid });
  });

  it.each([
    ['web', 'files[2].owner: the image has no user named "web".'],
    ['root:wheel', 'files[2].owner: the image has no group named "wheel".'],
    ['9999999999', 'files[2].owner: the image has no user named "9999999999".'],
  ])('%s is refused', (owner, message) => {
    expect(() => ownerOf(owner, 'files[2].owner')).toThrow(
      expect.objectContaining({ code: 'invalid-document', message }),
    );
  });
});
