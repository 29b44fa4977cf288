import { describe, expect, test } from 'vitest';
import { type StoreFacts, storeAccessOf } from '../../../src/main/nix/store-access.ts';
import { readTrust } from '../../../src/main/nix/trust.ts';

const stranger: StoreFacts = {
  store: 'auto',
  isWritable: false,
  daemon: 'absent',
  ownRoot: '/home/a/.local/share/nix/root',
  hasNamespaces: true,
};
const granted = (access: string, root = '') => ({ access, root, problem: null });
const refused = (problem: string) => ({ access: 'none', root: '', problem });

describe('how the store is reached', () => {
  test.each([
    ['it is written where that is allowed', { isWritable: true, daemon: 'running' }, granted('direct')],
    ['else the daemon does it', { daemon: 'running' }, granted('daemon')],
    ['without one it is a store in the home', {}, granted('chroot', '/home/a/.local/share/nix/root')],
    ['unless the directories are set by hand', { ownRoot: undefined }, refused('not-writable')],
    ['or users may not have namespaces', { hasNamespaces: false }, refused('no-namespaces')],
    ['a daemon for a group that one is not in', { daemon: 'forbidden' }, refused('daemon-forbidden')],
    ['a daemon that is not running', { daemon: 'not-running' }, refused('daemon-not-running')],
  ] as const)('%s', (_, facts, expected) => {
    expect(storeAccessOf({ ...stranger, ...facts })).toEqual(expected);
  });

  test.each([
    ['daemon', { isWritable: true, daemon: 'running' }, granted('daemon')],
    ['daemon', {}, refused('daemon-not-running')],
    ['ssh-ng://builder', { isWritable: true }, granted('remote')],
    ['local', { daemon: 'running' }, refused('not-writable')],
    ['local', { isWritable: true }, granted('direct')],
    ['/srv/own/', { daemon: 'running' }, granted('chroot', '/srv/own')],
    ['local:///srv/o%20wn', {}, granted('chroot', '/srv/o wn')],
    ['/srv/100%', {}, granted('chroot', '/srv/100%')],
    ['local://', { isWritable: true }, granted('direct')],
    ['local?root=/srv/own', {}, granted('chroot', '/srv/own')],
    ['local://?root=/srv/own', {}, granted('chroot', '/srv/own')],
    ['/srv/own', { hasNamespaces: false }, refused('no-namespaces')],
  ] as const)('the setting store = %s decides: %o', (store, facts, expected) => {
    expect(storeAccessOf({ ...stranger, store, ...facts })).toEqual(expected);
  });
});

describe('whether the daemon trusts a user', () => {
  test.each([
    ['{"trusted":1,"url":"daemon","version":"2.26.3"}', true],
    ['{"trusted":0,"url":"daemon","version":"2.26.3"}', false],
    ['{"trusted":true,"url":"daemon","version":"2.34.8"}', true],
    ['{"url":"daemon"}', undefined],
    ['{"trusted":null}', undefined],
    ['', undefined],
  ])('%s', (json, expected) => {
    expect(readTrust(json)).toBe(expected);
  });
});
