import { expect, test } from 'vitest';
import { classifyNixFailure } from '../../../src/main/nix/errors.ts';

/** What Nix says last, by version and by whether the machine is a store or a builder. */
const ENDS = [
  "error: cannot open connection to remote store 'ssh-ng://me@there': error: unexpected end-of-file",
  "cannot build on 'ssh-ng://me@there': error: cannot open connection to remote store 'ssh-ng://me@there': error: unexpected end-of-file\nerror: unable to start any build; remote machines may not have all required system features.",
  "error: failed to start SSH connection to 'me@there'",
  "cannot build on 'ssh-ng://me@there': error: failed to start SSH connection to 'me@there'\nerror:\n Unable to start any build;\n remote machines may not have all required system features.",
  "error: cannot connect to 'me@there'",
];

test.each([
  [
    'No ED25519 host key is known for there and you have requested strict checking.\nHost key verification failed.',
    'The SSH host key of me@there is not the one that is known here, or none is.',
  ],
  [
    'me@there: Permission denied (publickey).',
    'me@there does not let Nix in over SSH: Permission denied (publickey).',
  ],
  ['sh: 1: /no/nix-daemon: not found', 'There is no nix-daemon on me@there where SSH looks for programs.'],
  [
    'bash: line 1: nix-store: command not found',
    'There is no nix-store on me@there where SSH looks for programs.',
  ],
  [
    'ssh: connect to host there port 22: Connection refused',
    'me@there cannot be reached over SSH: Connection refused.',
  ],
  [
    'ssh: Could not resolve hostname there: Name or service not known',
    'me@there cannot be reached over SSH: Name or service not known.',
  ],
])('%s', (ssh, message) => {
  for (const end of ENDS) {
    const error = classifyNixFailure({ program: 'nix-build', exitCode: 1, messages: [ssh, end] });
    expect(error).toMatchObject({ code: 'network', message });
  }
});

test.each([
  'error: unable to start any build; remote machines may not have all required system features.',
  'error:\n   Unable to start any build;\n   remote machines may not have all required system features.',
])('a builder for another system: %s', (said) => {
  const error = classifyNixFailure({ program: 'nix-build', exitCode: 1, messages: [said] });
  expect(error).toMatchObject({
    code: 'unsupported-system',
    action: { action: 'set-option', option: 'builders' },
  });
});
