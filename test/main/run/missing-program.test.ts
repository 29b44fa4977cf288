import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { missingProgram } from '../../../src/main/run/missing-program.ts';

it.each([
  ['bash', ['-c', 'no-such-program']],
  ['bash', ['-c', 'true\n/opt/no-such-program 2>&1 | cat; env no-such-program']],
  ['dash', ['-c', 'no-such-program --version']],
  ['env', ['no-such-program']],
])('knows what %s %j did not find', (shell, words) => {
  let said = '';
  try {
    execFileSync(shell, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    said = (error as { stderr: Buffer }).stderr.toString();
  }
  expect(missingProgram(`Starting\r\n${said}`)).toBe('no-such-program');
});

it.each([
  'sh: no-such-program: not found',
  'Error: crun: executable file `no-such-program` not found in $PATH: No such file or directory: OCI runtime attempted to invoke a command that was not found',
  'docker: Error response from daemon: failed to create task: exec: "no-such-program": executable file not found in $PATH: unknown',
])('knows it of others: %s', (line) => {
  expect(missingProgram(line)).toBe('no-such-program');
});

it('knows nothing of what says something else', () => {
  expect(missingProgram('HTTP 404: page not available\r\n')).toBeUndefined();
});
