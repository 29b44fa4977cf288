import { describe, expect, test } from 'vitest';
import { storeAccessOf } from '../../../src/main/nix/environment.ts';

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
