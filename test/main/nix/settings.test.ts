import { expect, test } from 'vitest';
import { nixConfig, optionArguments } from '../../../src/main/nix/settings.ts';

test('what the user has in NIX_CONFIG comes last, so that it wins', () => {
  expect(
    nixConfig(
      [
        ['sandbox', 'false'],
        ['substituters', ''],
      ],
      'sandbox = true',
    ),
  ).toBe('sandbox = false\nsubstituters = \nsandbox = true');
});

test('a value cannot smuggle in a second setting', () => {
  expect(nixConfig([['substituters', 'a\npost-build-hook = /evil']], undefined)).toBe(
    'substituters = a post-build-hook = /evil',
  );
});

test('options are arguments of their own', () => {
  expect(
    optionArguments([
      ['max-jobs', '4'],
      ['builders', ''],
    ]),
  ).toEqual(['--option', 'max-jobs', '4', '--option', 'builders', '']);
});

test('an option with a password is no argument, which every user of the machine can read, and still wins', () => {
  const options = [
    ['max-jobs', '4'],
    ['substituters', 'https://me:secret@cache https://other'],
  ] as const;
  expect(optionArguments(options)).toEqual(['--option', 'max-jobs', '4']);
  expect(nixConfig([], 'substituters = https://mine', options)).toBe(
    'substituters = https://mine\nsubstituters = https://me:secret@cache https://other',
  );
});
