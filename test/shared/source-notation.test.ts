import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PackageSource } from '../../src/shared/document.ts';
import { formatSource, parseSource } from '../../src/shared/source-notation.ts';

const commit = 'a'.repeat(40);

describe('the one-line notation of package sources', () => {
  it.each<[string, PackageSource]>([
    ['auto', { type: 'auto' }],
    ['starter', { type: 'starter' }],
    ['nixpkgs', { type: 'nixpkgs' }],
    ['nixpkgs:nixos-25.11', { type: 'nixpkgs', channel: 'nixos-25.11' }],
    [`nixpkgs:${commit}`, { type: 'nixpkgs', commit }],
    ['path:./set', { type: 'path', path: './set' }],
    ['flake:github:NixOS/nixpkgs', { type: 'flake', ref: 'github:NixOS/nixpkgs' }],
    ['git:https://host/r.git?ref=main', { type: 'git', url: 'https://host/r.git', ref: 'main' }],
    [
      `git:ssh://git@host/r?dir=a&ref=main&rev=${commit}`,
      { type: 'git', url: 'ssh://git@host/r?dir=a', ref: 'main', rev: commit },
    ],
  ])('reads %s', (text, source) => {
    expect(parseSource(text)).toEqual(source);
  });

  it('takes a bare path for a path', () => {
    expect(parseSource('./packages')).toEqual({ type: 'path', path: './packages' });
  });

  it.each(['', 'nixpgks', 'starter:x', 'https://host/x', 'git:', 'path:'])('refuses %j', (text) => {
    expect(() => parseSource(text)).toThrow(/is not a package source/);
  });

  it('reads back what it writes', () => {
    const word = fc.stringMatching(/^[a-z0-9./:-]{1,20}$/).filter((text) => !/^[0-9a-f]{40}$/.test(text));
    const source = fc.oneof(
      fc.record({ type: fc.constant('nixpkgs' as const), channel: word }),
      fc.record({ type: fc.constant('path' as const), path: word }),
      fc.record({ type: fc.constant('flake' as const), ref: word }),
      fc.record({ type: fc.constant('git' as const), url: word, ref: word }),
      fc.record({ type: fc.constant('git' as const), url: word.map((url) => `${url}?dir=a`), ref: word }),
    );
    fc.assert(
      fc.property(source, (value) => {
        expect(parseSource(formatSource(value))).toEqual(value);
      }),
    );
  });
});
