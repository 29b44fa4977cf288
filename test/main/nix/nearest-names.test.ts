import { expect, test } from 'vitest';
import { nearestNames } from '../../../src/main/nix/nearest-names.ts';

const NAMES = [
  'bash',
  'bashInteractive',
  'curl',
  'curlFull',
  'gnugrep',
  'nodejs',
  'python3',
  'python311',
  'ripgrep',
];

test.each([
  ['crl', ['curl']],
  ['pythn3', ['python3', 'python311']],
  ['node', ['nodejs']],
  ['CURL', ['curl', 'curlFull']],
  ['grep', ['gnugrep', 'ripgrep']],
  ['zzzzzzzz', []],
])('%s is near to %j', (wanted, nearest) => {
  const found = nearestNames(wanted, NAMES);
  expect(found.slice(0, nearest.length)).toEqual(nearest);
  if (nearest.length === 0) expect(found).toEqual([]);
});

test('a name is no suggestion for beginning everything', () => {
  expect(nearestNames('zzzzzzzz', ['', 'z', 'zz'])).toEqual([]);
});

test('the order of the names does not matter, and there are three at most', () => {
  const names = Array.from({ length: 2000 }, (_, index) => `package${index}`);
  const forward = nearestNames('package', names);
  expect(forward).toHaveLength(3);
  expect(nearestNames('package', names.toReversed())).toEqual(forward);
});
