import { describe, expect, it } from 'vitest';
import { annotationsOf } from '../../src/shared/document/usual-annotations.ts';
import { documentSchema, type PackageSource } from '../../src/shared/document.ts';

const document = (fields: object) => documentSchema.parse({ version: 1, name: 'web', ...fields });
const commit = '0123456789abcdef0123456789abcdef01234567';
const of = (pinned: PackageSource, annotations = {}, revision: string | null = commit) =>
  annotationsOf(document({ name: 'team/web', annotations }), { source: { pinned, revision } });

describe('the annotations of an image', () => {
  it('are none where the document does not ask for them', () => {
    const source = { pinned: { type: 'nixpkgs' }, revision: commit } as const;
    expect(annotationsOf(document({}), { source })).toBeUndefined();
  });

  it('have what is usual as far as it is known', () => {
    expect(of({ type: 'nixpkgs', commit })).toEqual({
      'org.opencontainers.image.title': 'team/web',
      'org.opencontainers.image.source': 'https://github.com/NixOS/nixpkgs',
      'org.opencontainers.image.revision': commit,
    });
    const created = '2026-01-02T03:04:05Z';
    expect(annotationsOf(document({ annotations: {} }), { created })).toEqual({
      'org.opencontainers.image.title': 'web',
      'org.opencontainers.image.created': created,
    });
  });

  it.each<[PackageSource, string | undefined]>([
    [{ type: 'git', url: 'https://me:secret@git.example/set' }, 'https://git.example/set'],
    [{ type: 'git', url: 'file:///home/me/set' }, undefined],
    [{ type: 'git', url: '/home/me/set' }, undefined],
    [{ type: 'path', path: '/home/me/set' }, undefined],
    [{ type: 'starter' }, undefined],
    [{ type: 'flake', ref: `github:owner/app/${commit}?dir=nix` }, 'https://github.com/owner/app'],
    [{ type: 'flake', ref: 'git+https://me:secret@git.example/app?ref=main' }, 'https://git.example/app'],
    [{ type: 'flake', ref: 'path:/home/me/app' }, undefined],
  ])('give an address that others can reach: %j', (source, url) => {
    const found = of(source);
    expect(found?.['org.opencontainers.image.source']).toBe(url);
    expect(found?.['org.opencontainers.image.revision']).toBe(url && commit);
    expect(JSON.stringify(found)).not.toMatch(/secret|home/);
  });

  it('are what the document says before all, and an empty one is left out', () => {
    const annotations = {
      'org.opencontainers.image.title': 'Web',
      'org.opencontainers.image.source': '',
      mine: '1',
    };
    expect(of({ type: 'nixpkgs' }, annotations, null)).toEqual({
      'org.opencontainers.image.title': 'Web',
      mine: '1',
    });
  });
});
