import { expect, test } from 'vitest';
import { parseVersion } from '../../../src/main/nix/version.ts';

test.each([
  ['nix (Nix) 2.8.0', '2.8.0', 'nix', false],
  ['nix (Nix) 2.18.1\nSystem type: x86_64-linux', '2.18.1', 'nix', true],
  ['nix (Nix) 2.33.0pre20260101_abcdef', '2.33.0pre20260101_abcdef', 'nix', true],
  ['nix (Lix, like Nix) 2.91.1', '2.91.1', 'lix', true],
  ['nix (Determinate Nix 3.6.2) 2.29.0', '2.29.0', 'determinate', true],
  ['nix (Nix) 3.0', '3.0', 'nix', true],
])('%s', (text, version, flavour, isRecent) => {
  const parsed = parseVersion(text);
  expect(parsed).toMatchObject({ version, flavour });
  expect(parsed.isAtLeast(2, 18)).toBe(isRecent);
});
