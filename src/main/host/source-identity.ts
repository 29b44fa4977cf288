import { dirname, isAbsolute, resolve } from 'node:path';
import type { PackageSource } from '../../shared/document.ts';

/** A source that says by itself where it is: `auto` is still `auto`, but nothing is relative any more. */
export function absoluteSource(
  source: PackageSource,
  documentPath: string | null,
  workingDirectory: string,
): PackageSource {
  const base = documentPath === null ? workingDirectory : dirname(documentPath);
  const absolute = (path: string): string => (isAbsolute(path) ? path : resolve(base, path));
  switch (source.type) {
    case 'path':
      return { ...source, path: absolute(source.path) };
    case 'git':
      return isLocalPath(source.url) ? { ...source, url: absolute(source.url) } : source;
    case 'flake': {
      const [, scheme = '', path = ''] =
        /^(path:|git\+file:)?(\.{1,2}(?:$|[/?#]).*|\/.*)$/.exec(source.ref) ?? [];
      return path === '' ? source : { ...source, ref: `${scheme}${absoluteReference(path, base)}` };
    }
    default:
      return source;
  }
}

function isLocalPath(url: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:/i.test(url) && !/^[^/]+@[^/]+:/.test(url);
}

/** A flake reference may go on with `?dir=…` or `#attribute`, which are not part of the path. */
function absoluteReference(reference: string, base: string): string {
  const [, path = reference, rest = ''] = /^([^?#]*)(.*)$/.exec(reference) ?? [];
  return `${resolve(base, path)}${rest}`;
}

/**
 * What trust is remembered by. Trust is in who writes the code, not in one state of it: a git repository is trusted as a
 * whole, whatever its commit, since the user would only ever be asked about numbers that nobody can judge.
 */
export function sourceIdentity(source: PackageSource): string {
  switch (source.type) {
    case 'auto':
    case 'starter':
    case 'nixpkgs':
      return source.type;
    case 'git':
      return `git ${source.url}`;
    case 'path':
      return `path ${source.path}`;
    case 'flake':
      return `flake ${source.ref.replace(/#.*$/, '')}`;
  }
}

/** Strata's own package set and the official nixpkgs; `auto` is always one of them. */
export function isBuiltIn(source: PackageSource): boolean {
  return source.type === 'auto' || source.type === 'starter' || source.type === 'nixpkgs';
}

export function sourceTitle(source: PackageSource): string {
  switch (source.type) {
    case 'auto':
      return 'nixpkgs, or the starter set';
    case 'starter':
      return 'Starter set';
    case 'nixpkgs':
      if (source.commit) return `nixpkgs, commit ${source.commit.slice(0, 12)}`;
      return source.channel ? `nixpkgs, channel ${source.channel}` : 'nixpkgs';
    case 'git':
      return `git repository ${source.url.replace(/\/+$/, '').replace(/^.*[/:]/, '')}`;
    case 'path':
      return `directory ${source.path}`;
    case 'flake':
      return `flake ${source.ref}`;
  }
}

/** Where the Nix code comes from, in full. */
export function sourceLocation(source: PackageSource): string {
  switch (source.type) {
    case 'auto':
      return 'The official nixpkgs where it can be had, else the set that comes with Strata.';
    case 'starter':
      return 'Comes with Strata, made from the Debian packages of this machine.';
    case 'nixpkgs':
      return 'https://github.com/NixOS/nixpkgs';
    case 'git':
      return source.url;
    case 'path':
      return source.path;
    case 'flake':
      return source.ref;
  }
}

/** Commit, branch or channel, as far as the document names it. */
export function namedRevision(source: PackageSource): string | null {
  if (source.type === 'nixpkgs') return source.commit ?? source.channel ?? null;
  if (source.type === 'git') return source.rev ?? source.ref ?? null;
  return null;
}
