import { describe, expect, it } from 'vitest';
import { createSettings } from '../../../src/main/host/settings.ts';
import { createSourceDescriptions } from '../../../src/main/host/source-descriptions.ts';
import { absoluteSource, sourceIdentity } from '../../../src/main/host/source-identity.ts';
import { createSourceOpener } from '../../../src/main/host/source-opener.ts';
import { createTrust } from '../../../src/main/host/trust.ts';
import type { PackageSource } from '../../../src/shared/document.ts';
import { temporaryDirectory } from '../documents/support.ts';

const now = () => new Date('2026-01-02T03:04:05Z');

describe('a source in a document', () => {
  const located = (source: PackageSource) =>
    absoluteSource(source, '/home/me/images/web.strata.json', '/srv/images');

  it('is taken from where the document is', () => {
    expect(located({ type: 'path', path: '../set' })).toEqual({ type: 'path', path: '/home/me/set' });
    expect(located({ type: 'git', url: './repo', rev: '0'.repeat(40) })).toMatchObject({
      url: '/home/me/images/repo',
    });
    expect(located({ type: 'flake', ref: '.' })).toEqual({ type: 'flake', ref: '/home/me/images' });
    expect(located({ type: 'flake', ref: 'path:./x?dir=a' })).toEqual({
      type: 'flake',
      ref: 'path:/home/me/images/x?dir=a',
    });
    expect(absoluteSource({ type: 'path', path: 'set' }, null, '/srv/images')).toEqual({
      type: 'path',
      path: '/srv/images/set',
    });
  });

  it('stays as it is where it is not relative', () => {
    const sources: PackageSource[] = [
      { type: 'auto' },
      { type: 'path', path: '/srv/set' },
      { type: 'git', url: 'https://git.example/set' },
      { type: 'git', url: 'git@git.example:me/set' },
      { type: 'flake', ref: 'github:owner/repo/branch' },
      { type: 'flake', ref: 'nixpkgs' },
    ];
    for (const source of sources) expect(located(source)).toEqual(source);
  });

  it('is known by who writes it, not by one state of it', () => {
    const url = 'https://git.example/set';
    expect(sourceIdentity({ type: 'git', url, rev: '1'.repeat(40) })).toBe(
      sourceIdentity({ type: 'git', url, ref: 'x' }),
    );
    expect(sourceIdentity({ type: 'git', url })).not.toBe(sourceIdentity({ type: 'git', url: `${url}2` }));
    expect(sourceIdentity({ type: 'flake', ref: 'nixpkgs' })).not.toBe(sourceIdentity({ type: 'nixpkgs' }));
    expect(sourceIdentity({ type: 'path', path: 'x' })).not.toBe(sourceIdentity({ type: 'flake', ref: 'x' }));
  });
});

describe('trust', () => {
  it('is given to what comes with Strata and to nixpkgs, and to nothing else', async () => {
    const trust = createTrust(temporaryDirectory(), now);
    for (const source of [
      { type: 'auto' },
      { type: 'starter' },
      { type: 'nixpkgs', channel: 'x' },
    ] as const) {
      await expect(trust.require(source)).resolves.toBeUndefined();
    }
    for (const source of [
      { type: 'git', url: 'https://github.com/NixOS/nixpkgs' },
      { type: 'path', path: '/srv/set' },
      { type: 'flake', ref: 'nixpkgs' },
    ] as const) {
      await expect(trust.require(source)).rejects.toMatchObject({
        code: 'untrusted-source',
        details: { source },
      });
    }
  });

  it('is remembered, and can be taken back', async () => {
    const directory = temporaryDirectory();
    const source = { type: 'git', url: 'https://git.example/set', ref: 'main' } as const;
    await createTrust(directory, now).add(source);
    const trust = createTrust(directory, now);
    await trust.require({ ...source, ref: 'other' });
    expect(await trust.since(source)).toBe('2026-01-02T03:04:05.000Z');
    await trust.add(source);
    expect(await trust.list()).toHaveLength(1);
    await trust.remove('git https://git.example/set');
    await expect(trust.require(source)).rejects.toMatchObject({ code: 'untrusted-source' });
  });
});

describe('describing a source', () => {
  it('runs nothing: it works where there is no Nix', async () => {
    const directory = temporaryDirectory();
    const trust = createTrust(directory, now);
    const settings = createSettings(directory);
    const sources = createSourceOpener({
      cacheDirectory: directory,
      workingDirectory: '/srv/images',
      settings,
      trust,
      env: { PATH: '/nowhere' },
      now,
    });
    const { describe: describeSource, choices } = createSourceDescriptions(sources, trust);
    const source = { type: 'git', url: 'https://git.example/set', rev: '1'.repeat(40) } as const;
    expect(await describeSource({ source, documentPath: null })).toEqual({
      source,
      identity: 'git https://git.example/set',
      title: 'git repository set',
      location: 'https://git.example/set',
      revision: '1'.repeat(40),
      reason: null,
      trusted: false,
      trustedAt: null,
      unavailable: null,
    });
    await trust.add(source);
    expect((await choices()).map(({ identity, trusted }) => [identity, trusted])).toEqual([
      ['auto', true],
      ['starter', true],
      ['nixpkgs', true],
      ['git https://git.example/set', true],
    ]);
    const selection = { source: { type: 'starter' as const }, importArguments: {}, documentPath: null };
    await expect(sources.open(selection)).rejects.toMatchObject({ code: 'nix-missing' });
    const described = await describeSource(selection);
    expect(described.unavailable).toMatchObject({
      code: 'nix-missing',
      message: expect.stringContaining('Nix'),
    });
  });
});
