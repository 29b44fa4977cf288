import { type PackageSource, packageSourceSchema } from './document.ts';
import { StrataError } from './errors.ts';

/**
 * A package source in one line, as the command line takes it and the window shows it:
 * `auto`, `starter`, `nixpkgs`, `nixpkgs:nixos-25.11`, `nixpkgs:<commit>`, `path:./set.nix`, `flake:github:owner/repo`,
 * `git:https://host/repo?ref=main&rev=<commit>`. A bare path with a slash means `path:`.
 */
export function formatSource(source: PackageSource): string {
  switch (source.type) {
    case 'auto':
    case 'starter':
      return source.type;
    case 'nixpkgs': {
      const pin = source.commit ?? source.channel;
      return pin === undefined ? 'nixpkgs' : `nixpkgs:${pin}`;
    }
    case 'path':
      return `path:${source.path}`;
    case 'flake':
      return `flake:${source.ref}`;
    case 'git': {
      const query = [
        ...(source.ref === undefined ? [] : [`ref=${source.ref}`]),
        ...(source.rev === undefined ? [] : [`rev=${source.rev}`]),
      ];
      const separator = source.url.includes('?') ? '&' : '?';
      return `git:${source.url}${query.length === 0 ? '' : `${separator}${query.join('&')}`}`;
    }
  }
}

/** @throws StrataError `usage` where the notation is none of the above. */
export function parseSource(text: string): PackageSource {
  const result = packageSourceSchema.safeParse(readNotation(text.trim()));
  if (result.success) return result.data;
  throw new StrataError('usage', `${JSON.stringify(text)} is not a package source.`, {
    hint: 'Use auto, starter, nixpkgs, nixpkgs:CHANNEL, nixpkgs:COMMIT, path:DIRECTORY, flake:REFERENCE or git:URL?ref=BRANCH&rev=COMMIT.',
    cause: result.error,
  });
}

function readNotation(text: string): unknown {
  const [, scheme = '', rest = ''] = /^([a-z]+)(?::(.*))?$/s.exec(text) ?? [];
  switch (scheme) {
    case 'auto':
    case 'starter':
      return rest === '' ? { type: scheme } : undefined;
    case 'nixpkgs':
      if (rest === '') return { type: 'nixpkgs' };
      return /^[0-9a-f]{40}$/.test(rest)
        ? { type: 'nixpkgs', commit: rest }
        : { type: 'nixpkgs', channel: rest };
    case 'path':
      return { type: 'path', path: rest };
    case 'flake':
      return { type: 'flake', ref: rest };
    case 'git':
      return readGit(rest);
    default:
      return text.includes('/') && !text.includes('://') ? { type: 'path', path: text } : undefined;
  }
}

/** Only `ref` and `rev` are taken out of the query: the rest of it belongs to the URL. */
function readGit(text: string): unknown {
  const start = text.indexOf('?');
  if (start < 0) return { type: 'git', url: text };
  const kept: string[] = [];
  const pins: Record<string, string> = {};
  for (const part of text.slice(start + 1).split('&')) {
    const [name = '', value = ''] = part.split('=', 2);
    if (name === 'ref' || name === 'rev') pins[name] = value;
    else kept.push(part);
  }
  return {
    type: 'git',
    url: text.slice(0, start) + (kept.length === 0 ? '' : `?${kept.join('&')}`),
    ...pins,
  };
}
