import { describe, expect, test } from 'vitest';
import { EMPTY_BUILD_STATE, reduceBuild } from '../../../src/main/nix/build-state.ts';
import { classifyNixFailure, firstSentence } from '../../../src/main/nix/errors.ts';
import type { NixEvent } from '../../../src/main/nix/events.ts';
import { parseInternalJson } from '../../../src/main/nix/internal-json.ts';

const DRV = '/nix/store/cxjcbsc6hnqgaia8a1m2y12vmvwq98lg-curl-8.5.0.drv';

function said(message: string, program = 'nix-build') {
  const event = parseInternalJson(`@nix ${JSON.stringify({ action: 'msg', level: 0, msg: message })}`);
  const build = reduceBuild(
    EMPTY_BUILD_STATE,
    event.map((each) => ({ event: each, at: 0 })),
  );
  const messages = event.flatMap((each) => (each.type === 'message' ? [each.text] : []));
  return classifyNixFailure({ program, exitCode: 1, messages, build });
}

test('a feature of Nix that is switched off is switched on by its name', () => {
  expect(said("error: experimental Nix feature 'pipe-operators' is disabled").action).toEqual({
    action: 'set-nix-option',
    name: 'extra-experimental-features',
    value: 'pipe-operators',
  });
});

describe('what Nix says', () => {
  test.each([
    ['error: writing to file: No space left on device', 'disk-full', 'The disk is full.'],
    [
      "error: experimental Nix feature 'pipe-operators' is disabled; add '--extra-experimental-features pipe-operators' to enable it",
      'evaluation-failed',
      'The package source uses the experimental feature pipe-operators, which Nix has switched off.',
    ],
    ["error: executing SQLite statement 'x': database or disk is full", 'disk-full', 'The disk is full.'],
    [
      'error: Package ‘steam-1.0’ in /x/default.nix:1 has an unfree license (‘unfree’), refusing to evaluate.',
      'unfree-package',
      'steam-1.0 has an unfree licence.',
    ],
    [
      "error: Refusing to evaluate package 'steam-1.0' in /x/default.nix:1 because it has an unfree license (‘unfree’)",
      'unfree-package',
      'steam-1.0 has an unfree licence.',
    ],
    [
      'error: Package ‘openssl-1.1.1w’ in /x:1 is marked as insecure, refusing to evaluate.\n\nKnown issues:\n - old',
      'insecure-package',
      'openssl-1.1.1w has known vulnerabilities.',
    ],
    [
      'error: Package ‘foo-1’ in /x:1 is marked as broken, refusing to evaluate.',
      'broken-package',
      'foo-1 is marked as broken.',
    ],
    [
      'error: Package ‘foo-1’ in /x:1 is not available on the requested hostPlatform:\n  hostPlatform.config = "x"',
      'unsupported-system',
      'foo-1 is not made for this system.',
    ],
    [
      'error: This version of Nixpkgs requires Nix >= 2.18, please upgrade:',
      'source-unavailable',
      'This version of nixpkgs needs Nix 2.18 or newer.',
    ],
    ["error: executing 'git': No such file or directory", 'source-unavailable', /git is not installed/],
    ["error: opening lock file '/nix/var/nix/db/big-lock': Permission denied", 'nix-failed', /not writable/],
    ["error: creating directory '/nix/store': Permission denied", 'nix-failed', /not writable/],
    [
      'error: remounting /nix/store writable: Invalid argument',
      'file-system',
      /read-only file system \(\/nix\/store\)/,
    ],
    [
      "error: opening lock file '/nix/var/nix/db/big-lock': Read-only file system",
      'file-system',
      /read-only file system \(\/nix\/var\/nix\/db\/big-lock\)/,
    ],
    [
      "error: cannot connect to socket at '/nix/var/nix/daemon-socket/socket': Connection refused",
      'nix-failed',
      'The Nix daemon does not answer at /nix/var/nix/daemon-socket/socket.',
    ],
    [
      "error: cannot open connection to remote store 'ssh-ng://builder': error: failed to start SSH connection",
      'network',
      'The store ssh-ng://builder cannot be reached.',
    ],
    [
      "error: unable to download 'https://me:secret@cache/x': Couldn't resolve host name (6)",
      'network',
      "https://cache/x could not be downloaded: Couldn't resolve host name.",
    ],
    [
      `error: Cannot build '${DRV}'.\n       Reason: builder failed with exit code 2.\n       Output paths:\n         /nix/store/x`,
      'build-failed',
      'curl-8.5.0 failed to build: exit code 2.',
    ],
    [
      `error: Cannot build '${DRV}'.\n       Reason: required system or feature not available\n       Required system: 'aarch64-linux' with features {}\n       Current system: 'x86_64-linux' with features {}`,
      'unsupported-system',
      'curl-8.5.0 cannot be built here: it needs a machine for aarch64-linux.',
    ],
    [
      "error: attribute 'nope' missing\n\n       at /x/default.nix:1:1:",
      'evaluation-failed',
      /attribute 'nope' missing/,
    ],
    ['error: something new', 'nix-failed', 'nix-build failed: something new.'],
    [
      "error: could not set permissions on '/nix/var/nix/profiles/per-user' to 755: Operation not permitted",
      'nix-failed',
      'The Nix store is not writable for this user.',
    ],
  ])('%s', (text, code, message) => {
    const error = said(text);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  test('a sandbox without a shell is told from a package that fails', () => {
    const events: NixEvent[] = [
      { type: 'build-started', id: '1', derivation: DRV, machine: null },
      { type: 'build-log', id: '1', line: "executing '/bin/sh': No such file or directory" },
      { type: 'build-failed', derivation: DRV, reason: 'failed' },
    ];
    const build = reduceBuild(
      EMPTY_BUILD_STATE,
      events.map((event) => ({ event, at: 0 })),
    );
    const messages = [`error: builder for '${DRV}' failed with exit code 1`];
    expect(classifyNixFailure({ program: 'nix-build', exitCode: 100, messages, build })).toMatchObject({
      code: 'nix-failed',
      hint: expect.stringContaining('extra-sandbox-paths'),
    });
  });

  test('a kill is told from an evaluation that failed: memory ran out', () => {
    const program = 'nix-instantiate';
    const error = classifyNixFailure({ program, exitCode: undefined, signal: 'SIGKILL', messages: [] });
    expect(error).toMatchObject({
      code: 'nix-failed',
      message: 'nix-instantiate was killed, most likely because memory ran out.',
    });
  });

  test('any failure of an evaluation is one, even in words that are not known', () => {
    expect(said('error: something new', 'nix-instantiate').code).toBe('evaluation-failed');
  });

  test('a full disk counts more than the builder that it made fail', () => {
    const build = [
      { type: 'build-started', id: '1', derivation: DRV, machine: null } as const,
      { type: 'build-log', id: '1', line: 'cp: error writing x: No space left on device' } as const,
      { type: 'build-failed', derivation: DRV, reason: 'failed' } as const,
    ].reduce((state, event) => reduceBuild(state, [{ event, at: 0 }]), EMPTY_BUILD_STATE);
    const messages = [`error: builder for '${DRV}' failed with exit code 1`];
    expect(classifyNixFailure({ program: 'nix-build', exitCode: 100, messages, build }).code).toBe(
      'disk-full',
    );
  });

  test('the cause of an error with a trace is its last part', () => {
    const trace =
      "error:\n       … while calling the 'seq' builtin\n         at /x.nix:12:1:\n\n       error: this is the cause\n";
    expect(firstSentence(trace)).toBe('this is the cause');
  });
});
