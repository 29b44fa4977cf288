import type { PackageSource } from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';

/** An image that a client names, in Nixery's way: each part of the repository is a package, the tag a revision. */
export interface ImageRequest {
  /** Lower case: registries allow nothing else. Meta-packages are among them. */
  readonly names: readonly string[];
  readonly tag: string;
}

export const DEFAULT_TAG = 'latest';
const COMMIT = /^[0-9a-f]{40}$/;
const CHANNEL = /^(nixos|nixpkgs)-[a-z0-9.-]+$/;

export function imageRequest(repository: string, tag: string): ImageRequest {
  return { names: repository.split('/'), tag };
}

/**
 * The package source that a tag stands for: `latest` is the one that the server was given, anything else a channel or
 * a commit of nixpkgs, or of the git repository that the server was given.
 *
 * @throws StrataError `source-unavailable` for a tag that is none of these.
 */
export function sourceOfTag(tag: string, source: PackageSource): PackageSource {
  if (tag === DEFAULT_TAG) return source;
  if (source.type === 'git') {
    const { type, url } = source;
    return COMMIT.test(tag) ? { type, url, rev: tag } : { type, url, ref: tag };
  }
  if (source.type === 'auto' || source.type === 'nixpkgs') {
    if (COMMIT.test(tag)) return { type: 'nixpkgs', commit: tag };
    if (CHANNEL.test(tag)) return { type: 'nixpkgs', channel: tag };
  }
  throw new StrataError(
    'source-unavailable',
    `There is no revision ${tag} of the packages that are served here.`,
    {
      hint: 'Take the tag latest, a channel such as nixos-25.11, or a commit of nixpkgs.',
    },
  );
}
