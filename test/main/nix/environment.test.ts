import { describe, expect, test } from 'vitest';
import { hasSandboxShell, storeAccessOf } from '../../../src/main/nix/environment.ts';

describe('how the store is reached', () => {
  const nobody = { remote: undefined, isWritable: false, hasDaemon: false };

  test.each([
    ['it is written where that is allowed', { ...nobody, isWritable: true, hasDaemon: true }, 'direct'],
    ['else the daemon does it', { ...nobody, hasDaemon: true }, 'daemon'],
    ['and without one nobody does', nobody, 'none'],
    ['NIX_REMOTE decides', { ...nobody, isWritable: true, remote: 'daemon' }, 'daemon'],
    ['also for another machine', { ...nobody, remote: 'ssh-ng://builder' }, 'remote'],
    ['and against the daemon', { ...nobody, hasDaemon: true, remote: 'local' }, 'none'],
  ] as const)('%s', (_, facts, access) => {
    expect(storeAccessOf(facts)).toBe(access);
  });
});

describe('whether builders find /bin/sh', () => {
  test.each([
    ['as Nix is usually built', true, ['/bin/sh=/nix/store/x-busybox/bin/busybox'], true],
    ['as Debian builds it', true, [], false],
    ['relaxed is a sandbox too', 'relaxed', [], false],
    ['outside the sandbox', false, [], true],
    ['with a shell of the machine', true, ['/lib64', '/bin/sh'], true],
    ['with another program', true, ['/bin/shfmt'], false],
    ['where Nix does not say', undefined, undefined, true],
  ])('%s', (_, sandbox, paths, expected) => {
    expect(hasSandboxShell(sandbox, paths)).toBe(expected);
  });
});
