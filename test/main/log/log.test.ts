import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLog } from '../../../src/main/log/log.ts';
import { secret, withoutSecrets } from '../../../src/main/log/secret.ts';
import { StrataError } from '../../../src/shared/errors.ts';
import { temporaryDirectory } from '../documents/support.ts';

const now = () => new Date('2024-01-02T03:04:05Z');
const BEGIN = '2024-01-02T03:04:05.000Z';

function logged(write: (log: ReturnType<typeof openLog>) => void): string {
  const path = join(temporaryDirectory(), 'host.log');
  write(openLog(path, now));
  return readFileSync(path, 'utf8');
}

describe('a log', () => {
  it('begins each entry, and nothing else, with a time', () => {
    const text = logged((log) => {
      log.info('Build web: running');
      log.info(`somebody said\n${BEGIN} error a lie\r\u001b[2Jand cleared the screen`);
    });
    expect(text).toBe(
      `${BEGIN} info Build web: running\n${BEGIN} info somebody said\n  ${BEGIN} error a lie\n  and cleared the screen\n`,
    );
  });

  it('has the stack and the causes of a bug', () => {
    const bug = new Error('planted', { cause: new TypeError('below it') });
    const text = logged((log) => log.failure('A bug', bug));
    expect(text).toMatch(/^\S+ error A bug: Error: planted\n {6}at .*log\.test\.ts/);
    expect(text).toMatch(/\n {2}caused by: TypeError: below it\n/);
  });

  it('has the message of an expected failure and its code, not its details nor the log of a build', () => {
    const error = new StrataError('build-failed', 'hello failed.', {
      details: { env: 'planted detail' },
      log: 'planted log',
    });
    expect(logged((log) => log.failure('Build web', error))).toBe(
      `${BEGIN} error Build web: hello failed. (build-failed)\n`,
    );
  });

  it('bounds what one entry may take', () => {
    expect(logged((log) => log.info('x'.repeat(1_000_000))).length).toBeLessThan(20_000);
  });

  it('that cannot be written stops nothing', () => {
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, '');
    openLog(join(file, 'host.log')).info('nowhere');
    expect(readFileSync(file, 'utf8')).toBe('');
  });
});

describe('what is secret', () => {
  it.each([
    ['the password of a URL', 'https://me:PLANTED@registry.example/v2/', 'registry.example/v2/'],
    ['the token of an address', 'http://127.0.0.1:8000/?token=PLANTED&open=/a', 'http://127.0.0.1:8000/'],
    ['what signs a URL', 'https://blobs.example/x?X-Amz-Signature=PLANTED&a=b', 'https://blobs.example/x'],
    ['a header', 'authorization: Bearer PLANTED', 'authorization'],
    ['an answer to a challenge', 'sent Basic UExBTlRFRA==, refused', 'refused'],
    ['a member of JSON', '{"username":"me","password":"PLANTED"}', '"username":"me"'],
    ['a member of JSON with a long name', '{"identity_token": "PLANTED"}', 'identity_token'],
    ['settings of Nix', 'access-tokens = github.com=PLANTED gitlab.com=PLANTED\nnext', 'next'],
    ['a netrc file', 'machine cache.example login me password PLANTED', 'cache.example'],
    ['a token of a forge', 'could not fetch with ghp_PLANTEDPLANTED', 'could not fetch'],
    ['a JSON Web Token', 'denied eyJhbGciOiJ.PLANTED.sig', 'denied'],
    ['a cookie', 'strata-8000-cookie=PLANTED; Path=/', 'Path=/'],
  ])('is taken out of a text: %s', (_, text, kept) => {
    const shown = withoutSecrets(text);
    expect(shown).not.toMatch(/PLANTED|UExBTlRFRA/);
    expect(shown).toContain(kept);
  });

  it('is taken out wherever it stands, once it is held as a secret', () => {
    secret('correct horse/battery');
    expect(withoutSecrets('The server says: "correct horse/battery" is wrong')).toBe(
      'The server says: "(secret)" is wrong',
    );
    expect(withoutSecrets('GET /x/correct%20horse%2Fbattery')).toBe('GET /x/(secret)');
  });

  it.each([
    'Cannot read /a/b: it is not there (ENOENT).',
    'Unexpected token < in JSON at position 0',
    'Push 127.0.0.1:5000/team/web:1: running',
    'error code: EACCES, errno: -13',
  ])('is nothing of: %s', (text) => {
    expect(withoutSecrets(text)).toBe(text);
  });
});
