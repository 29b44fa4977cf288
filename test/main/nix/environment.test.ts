import { describe, expect, test } from 'vitest';
import { hasSandboxShell } from '../../../src/main/nix/environment.ts';

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
