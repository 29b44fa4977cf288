import { describe, expect, it } from 'vitest';
import { assignSources } from '../../../src/main/nix/assign-sources.ts';
import { expandPackages } from '../../../src/main/nix/package-names.ts';
import type { NamedSources, PackageSource } from '../../../src/shared/package-sources.ts';

const SOURCES: NamedSources = { app: { type: 'flake', ref: '.' }, tools: { type: 'starter' } };

function assigned(names: readonly string[], source: PackageSource = { type: 'auto' }) {
  const { packages } = expandPackages(names, { cacert: true, ianaEtc: false });
  const { shares, ...rest } = assignSources(packages, { source, importArguments: {}, sources: SOURCES });
  return {
    shares: shares.map(({ name, packages: its }) => [name, ...its.map(({ requested }) => requested)]),
    unplaced: rest.unplaced.map(({ requested }) => requested),
    unused: rest.unused,
  };
}

describe('packages of several sources', () => {
  it('are asked of the source that they name, the others and the defaults of the one without a name', () => {
    expect(assigned(['tools:curl', 'bash', 'tools:jq', 'app:default'])).toEqual({
      shares: [
        [null, 'bash', 'cacert'],
        ['app', 'app:default'],
        ['tools', 'tools:curl', 'tools:jq'],
      ],
      unplaced: [],
      unused: [],
    });
  });

  it('leave out the source without a name where nobody asked for it: its defaults are to be found elsewhere', () => {
    expect(assigned(['tools:curl'])).toEqual({
      shares: [['tools', 'tools:curl']],
      unplaced: ['cacert'],
      unused: ['app'],
    });
  });

  it('take the defaults of a source that the document names itself', () => {
    expect(assigned(['tools:curl'], { type: 'starter' }).shares).toEqual([
      [null, 'cacert'],
      ['tools', 'tools:curl'],
    ]);
  });

  it('are none at all of the source without a name where there are none', () => {
    expect(assigned([]).shares).toEqual([[null, 'cacert']]);
  });

  it.each([
    ['tool:curl', 'tool', 'Did you mean tools?'],
    [':curl', '', 'there is none'],
    ['constructor:curl', 'constructor', 'there is none'],
    ['__proto__:curl', '__proto__', 'there is none'],
  ])('%s is of no source', (name, source, message) => {
    const ask = () => assigned(['bash', name]);
    const action = { action: 'name-source', name: source };
    expect(ask).toThrow(expect.objectContaining({ code: 'usage', action }));
    expect(ask).toThrow(message);
  });

  it('all of no source are told at once', () => {
    expect(() => assigned(['a:x', 'b:y'])).toThrow(/a:x.*b:y/s);
  });
});
