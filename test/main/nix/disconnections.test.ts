import { expect, test } from 'vitest';
import { classifyNixFailure } from '../../../src/main/nix/errors.ts';

const failure = { program: 'nix', exitCode: 1 };

test.each([
  ['2.8', 'error: unexpected end-of-file'],
  ['2.26 and 2.34', 'error: Nix daemon disconnected unexpectedly (maybe it crashed?)'],
])('another store that goes away while nothing is built there is named, Nix %s', (_, message) => {
  const messages = ['Connection to builder closed by remote host.', message];
  const store = 'ssh-ng://me@builder';
  expect(classifyNixFailure({ ...failure, messages, store })).toMatchObject({
    code: 'network',
    message: 'The connection to ssh-ng://me@builder broke off.',
    hint: expect.stringContaining('run the command again'),
    log: messages.join('\n'),
  });
});

test('where no other store is worked in, nobody has gone away', () => {
  expect(classifyNixFailure({ ...failure, messages: ['error: unexpected end-of-file'] }).code).toBe(
    'nix-failed',
  );
});
