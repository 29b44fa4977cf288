import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFileAccess } from '../../../src/main/files/file-access.ts';
import { createSettings } from '../../../src/main/host/settings.ts';
import { absoluteCode, allowDocument, withLocked } from '../../../src/main/host/source-code.ts';
import { createSourceDescriptions } from '../../../src/main/host/source-descriptions.ts';
import { createSourceOpener } from '../../../src/main/host/source-opener.ts';
import { createTrust } from '../../../src/main/host/trust.ts';
import { absoluteSource, nameSource } from '../../../src/main/nix/source/kinds.ts';
import type { PackageSource } from '../../../src/shared/document.ts';
import { temporaryDirectory } from '../documents/support.ts';

const now = () => new Date('2026-01-02T03:04:05Z');

describe('a source in a document', () => {
  const located = (source: PackageSource) =>
    absoluteCode({ source, importArguments: {} }, '/home/me/images/web.strata.json', '/srv/images').source;

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
    expect(absoluteSource({ type: 'path', path: 'set' }, '/srv/images')).toEqual({
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
    const identity = (source: PackageSource) => nameSource(source).identity;
    expect(identity({ type: 'git', url, rev: '1'.repeat(40) })).toBe(
      identity({ type: 'git', url, ref: 'x' }),
    );
    expect(identity({ type: 'git', url })).not.toBe(identity({ type: 'git', url: `${url}2` }));
    expect(identity({ type: 'flake', ref: 'nixpkgs' })).not.toBe(identity({ type: 'nixpkgs' }));
    expect(identity({ type: 'path', path: 'x' })).not.toBe(identity({ type: 'flake', ref: 'x' }));
  });
});

const code = (source: PackageSource, overlays?: readonly string[]) => ({
  source,
  importArguments: overlays === undefined ? {} : { overlays: [...overlays] },
});

describe('overlays in a document', () => {
  it('are taken from where the document is, and the other arguments stay', () => {
    const document = {
      ...code({ type: 'nixpkgs' }, ['./o.nix', '/srv/o.nix']),
      importArguments: { config: { allowUnfree: true }, overlays: ['./o.nix', '/srv/o.nix'] },
    };
    expect(absoluteCode(document, '/home/me/web.strata.json', '/srv').importArguments).toEqual({
      config: { allowUnfree: true },
      overlays: ['/home/me/o.nix', '/srv/o.nix'],
    });
  });
});

describe('trust', () => {
  it('is given to what comes with Strata and to channels of nixpkgs, and to nothing else', async () => {
    const trust = createTrust(temporaryDirectory(), now);
    for (const source of [
      { type: 'auto' },
      { type: 'starter' },
      { type: 'nixpkgs', channel: 'x' },
    ] as const) {
      await expect(trust.require(code(source))).resolves.toBeUndefined();
    }
    for (const source of [
      { type: 'git', url: 'https://github.com/NixOS/nixpkgs' },
      { type: 'path', path: '/srv/set' },
      { type: 'flake', ref: 'nixpkgs' },
      // An archive of a commit may be that of a fork.
      { type: 'nixpkgs', commit: 'f'.repeat(40) },
    ] as const) {
      await expect(trust.require(code(source))).rejects.toMatchObject({
        code: 'untrusted-source',
        details: { source },
      });
    }
  });

  it('is needed for an overlay too, also over a source that is trusted', async () => {
    const trust = createTrust(temporaryDirectory(), now);
    const overlaid = code({ type: 'auto' }, ['/home/me/o.nix']);
    await expect(trust.require(overlaid)).rejects.toMatchObject({
      code: 'untrusted-source',
      message: '/home/me/o.nix is not trusted yet.',
    });
    expect(await trust.since(overlaid)).toBeUndefined();
    await trust.add(overlaid);
    await trust.require(overlaid);
    expect(await trust.since(overlaid)).toBe('2026-01-02T03:04:05.000Z');
    await expect(trust.require(code({ type: 'path', path: '/home/me/o.nix' }))).rejects.toThrow();
  });

  it('is remembered, and can be taken back', async () => {
    const directory = temporaryDirectory();
    const source = { type: 'git', url: 'https://git.example/set', ref: 'main' } as const;
    await createTrust(directory, now).add(code(source));
    const trust = createTrust(directory, now);
    await trust.require(code({ ...source, ref: 'other' }));
    expect(await trust.since(code(source))).toBe('2026-01-02T03:04:05.000Z');
    await trust.add(code(source));
    expect(await trust.list()).toHaveLength(1);
    await trust.remove('git https://git.example/set');
    await expect(trust.require(code(source))).rejects.toMatchObject({ code: 'untrusted-source' });
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
      files: await createFileAccess(['/']),
      env: { PATH: '/nowhere' },
      now,
    });
    const { describe: describeSource, choices } = createSourceDescriptions(sources, trust);
    const source = { type: 'git', url: 'https://git.example/set', rev: '1'.repeat(40) } as const;
    expect(await describeSource({ ...code(source), documentPath: null })).toEqual({
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
    await trust.add(code(source, ['/srv/o.nix']));
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

describe('the lock of a document', () => {
  const git = { type: 'git', url: 'https://git.example/set' } as const;
  const lockOf = (locked: PackageSource) => ({
    version: 1,
    source: { original: { type: 'auto' }, locked, revision: '1'.repeat(40) },
  });

  it('is code too: what it holds in place of a source has to be trusted', async () => {
    const directory = temporaryDirectory();
    const guard = {
      trust: createTrust(temporaryDirectory(), now),
      files: await createFileAccess(['/']),
      workingDirectory: directory,
    };
    const path = join(directory, 'web.strata.json');
    const allow = () => allowDocument(code({ type: 'auto' }), path, guard);
    await allow();
    await writeFile(join(directory, 'web.strata.lock'), JSON.stringify(lockOf(git)));
    await expect(allow()).rejects.toMatchObject({
      code: 'untrusted-source',
      message: 'https://git.example/set is not trusted yet.',
    });
    await guard.trust.add(await withLocked(code({ type: 'auto' }), path, guard.files));
    await allow();
    // A lock of another source is not kept to, and the build says so.
    await expect(allowDocument(code({ type: 'path', path: '/srv/set' }), path, guard)).rejects.toMatchObject({
      message: '/srv/set is not trusted yet.',
    });
  });

  it('is read within the bounds of files only', async () => {
    const directory = temporaryDirectory();
    const outside = temporaryDirectory();
    await writeFile(join(outside, 'secret'), 'root:x:0:0');
    await symlink(join(outside, 'secret'), join(directory, 'web.strata.lock'));
    const files = await createFileAccess([directory]);
    await expect(
      withLocked(code({ type: 'auto' }), join(directory, 'web.strata.json'), files),
    ).rejects.toMatchObject({ code: 'file-system', message: expect.stringContaining('outside') });
  });
});
