import { dirname, isAbsolute, resolve } from 'node:path';
import type { PackageSource, StrataDocument } from '../../shared/document.ts';
import { withoutCredentials } from '../../shared/without-credentials.ts';

/** What decides which Nix code runs: a package source, and the overlays among its import arguments. */
export type SourceCode = Pick<StrataDocument, 'source' | 'importArguments'>;

/** The same code with nothing relative in it: where it comes from no longer depends on where the document is. */
export function absoluteCode<Code extends SourceCode>(
  code: Code,
  documentPath: string | null,
  workingDirectory: string,
): Code {
  const base = documentPath === null ? workingDirectory : dirname(documentPath);
  const { overlays, ...others } = code.importArguments;
  return {
    ...code,
    source: absoluteSource(code.source, documentPath, workingDirectory),
    importArguments: Array.isArray(overlays)
      ? {
          ...others,
          overlays: overlays.map((file) => (typeof file === 'string' ? resolve(base, file) : file)),
        }
      : code.importArguments,
  };
}

/** Files with Nix code that import arguments name; anything else among them is data. */
export function overlayFiles({
  importArguments: { overlays },
}: Pick<SourceCode, 'importArguments'>): string[] {
  return Array.isArray(overlays) ? overlays.filter((file) => typeof file === 'string') : [];
}

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
      return source.type;
    case 'nixpkgs':
      return source.commit === undefined ? source.type : `nixpkgs ${source.commit}`;
    case 'git':
      return `git ${source.url}`;
    case 'path':
      return `path ${source.path}`;
    case 'flake':
      return `flake ${source.ref.replace(/#.*$/, '')}`;
  }
}

/**
 * Strata's own package set and the channels of the official nixpkgs; `auto` is always one of them. A commit is not: the
 * archive of a repository gives out those of its forks too, which anybody may write.
 */
export function isBuiltIn(source: PackageSource): boolean {
  if (source.type === 'nixpkgs') return source.commit === undefined;
  return source.type === 'auto' || source.type === 'starter';
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
      return `${source.path.endsWith('.nix') ? 'file' : 'directory'} ${source.path}`;
    case 'flake':
      return `flake ${withoutCredentials(source.ref)}`;
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
      return source.commit === undefined
        ? 'https://github.com/NixOS/nixpkgs'
        : `https://github.com/NixOS/nixpkgs or a fork of it, commit ${source.commit}`;
    case 'git':
      return withoutCredentials(source.url);
    case 'path':
      return source.path;
    case 'flake':
      return withoutCredentials(source.ref);
  }
}

/** Commit, branch or channel, as far as the document names it. */
export function namedRevision(source: PackageSource): string | null {
  if (source.type === 'nixpkgs') return source.commit ?? source.channel ?? null;
  if (source.type === 'git') return source.rev ?? source.ref ?? null;
  return null;
}
