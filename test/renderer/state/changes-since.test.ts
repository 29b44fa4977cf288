import { describe, expect, test } from 'vitest';
import { changesSince } from '../../../src/renderer/state/changes-since.ts';
import { documentSchema } from '../../../src/shared/document.ts';

const asking = (change: object) =>
  documentSchema.parse({ version: 1, name: 'web', source: { type: 'starter' }, ...change });

describe('what a document asks for otherwise than its last build', () => {
  const built = asking({ packages: ['bash', 'hello'] });

  test.each([
    [{ packages: ['bash', 'hello'] }, ''],
    [{ packages: ['bash', 'jq'] }, 'hello is gone, jq is new'],
    [{ packages: ['bash', 'hello', 'jq', 'curl'] }, 'jq and curl are new'],
    [{ packages: ['a', 'b', 'c', 'd'] }, 'bash and hello are gone, a, b and 2 more are new'],
    [{ packages: ['hello', 'bash'] }, 'the packages stand in another order'],
    [{ packages: ['bash', 'hello'], defaults: { cacert: false, ianaEtc: true } }, 'certificates are gone'],
    [{ packages: ['bash', 'hello'], source: { type: 'nixpkgs' } }, 'the package source is another'],
  ])('%j: %s', (change, words) => {
    expect(changesSince(built, asking(change))).toBe(words);
  });
});
