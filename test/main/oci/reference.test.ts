import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOfHex } from '../../../src/engine/oci/digest.ts';
import {
  apiHost,
  formatReference,
  isLoopback,
  manifestSelector,
  parseReference,
} from '../../../src/main/oci/reference.ts';

const DIGEST = digestOfHex('0123456789abcdef'.repeat(4));

describe('parseReference', () => {
  it.each([
    ['busybox', { registry: 'docker.io', repository: 'library/busybox' }],
    ['busybox:1.36', { registry: 'docker.io', repository: 'library/busybox', tag: '1.36' }],
    ['team/web', { registry: 'docker.io', repository: 'team/web' }],
    ['docker.io/busybox', { registry: 'docker.io', repository: 'library/busybox' }],
    ['index.docker.io/a/b:c', { registry: 'docker.io', repository: 'a/b', tag: 'c' }],
    ['localhost/web', { registry: 'localhost', repository: 'web' }],
    ['localhost:5000/web', { registry: 'localhost:5000', repository: 'web' }],
    ['127.0.0.1:5000/a/b/c:d', { registry: '127.0.0.1:5000', repository: 'a/b/c', tag: 'd' }],
    ['[::1]:5000/web', { registry: '[::1]:5000', repository: 'web' }],
    ['Registry.Example/web', { registry: 'registry.example', repository: 'web' }],
    [`quay.io/a/b@${DIGEST}`, { registry: 'quay.io', repository: 'a/b', digest: DIGEST }],
    [`quay.io/a/b:c@${DIGEST}`, { registry: 'quay.io', repository: 'a/b', tag: 'c', digest: DIGEST }],
    ['docker://quay.io/a/b', { registry: 'quay.io', repository: 'a/b' }],
  ])('reads %s', (text, expected) => {
    expect(parseReference(text)).toEqual(expected);
  });

  it.each([
    ['', 'the repository is missing (character 1)'],
    ['quay.io/', 'the repository is missing (character 9)'],
    [
      'quay.io/Team/web',
      '"Team" is not a part of a repository name (lower-case letters, digits, . _ -) (character 9)',
    ],
    ['quay.io/a/../b', '".." is not a part'],
    ['quay.io/a//b', '"" is not a part'],
    ['quay.io/a:b c', '"b c" is not a tag (character 11)'],
    ['quay.io/a@sha256:12', '"sha256:12" is not a sha256 digest (character 11)'],
    ['quay.io:99999/a', '99999 is not a port (character 1)'],
    ['-a.b/c', '"-a.b" is not a host name'],
  ])('refuses %s and says where', (text, problem) => {
    expect(() => parseReference(text)).toThrow(problem);
  });

  it('reads back what formatReference writes', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    const reference = fc.record(
      {
        registry: fc.constantFrom('quay.io', 'localhost:5000', '127.0.0.1:1', '[::1]:5'),
        repository: fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
        tag: part,
        digest: fc.constant(DIGEST),
      },
      { requiredKeys: ['registry', 'repository'] },
    );
    fc.assert(
      fc.property(reference, (value) => {
        expect(parseReference(formatReference(value))).toEqual(value);
      }),
    );
  });

  it('answers any text with a reference or one error', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          expect(parseReference(text).repository).not.toBe('');
        } catch (error) {
          expect(error).toMatchObject({ code: 'usage' });
        }
      }),
    );
  });
});

describe('a reference', () => {
  it('asks for its digest, else its tag, else latest', () => {
    expect(manifestSelector(parseReference(`a:b@${DIGEST}`))).toBe(DIGEST);
    expect(manifestSelector(parseReference('a:b'))).toBe('b');
    expect(manifestSelector(parseReference('a'))).toBe('latest');
  });

  it('to Docker Hub goes to the host that answers for it', () => {
    expect(apiHost('docker.io')).toBe('registry-1.docker.io');
    expect(apiHost('quay.io')).toBe('quay.io');
  });

  it.each([
    ['127.0.0.1:5000', true],
    ['127.9.9.9', true],
    ['[::1]:5000', true],
    ['localhost', true],
    ['a.localhost:80', true],
    ['10.0.0.1', false],
    ['127.0.0.1.example', false],
    ['localhost.example:5000', false],
  ])('to %s stays on this machine: %s', (registry, expected) => {
    expect(isLoopback(registry)).toBe(expected);
  });
});
