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
    ['as Nix is usually built', { sandbox: true, sandboxTargets: ['/bin/sh'] }, true],
    ['as Debian built it', { sandbox: true, sandboxTargets: [] }, false],
    ['relaxed is a sandbox too', { sandbox: 'relaxed', sandboxTargets: [] }, false],
    ['outside the sandbox', { sandbox: false, sandboxTargets: [] }, true],
    ['with all of /bin', { sandbox: true, sandboxTargets: ['/lib64', '/bin'] }, true],
    ['with another program', { sandbox: true, sandboxTargets: ['/bin/shfmt'] }, false],
    ['where Nix does not say', {}, true],
  ] as const)('%s', (_, configuration, expected) => {
    expect(hasSandboxShell(configuration)).toBe(expected);
  });
});
