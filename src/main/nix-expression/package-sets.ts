// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are Nix's.

import type { StrataDocument } from '../../shared/document.ts';
import type { LockedSource } from '../../shared/lock.ts';
import { type SourceEntry, sourceEntries } from '../../shared/package-sources.ts';
import { type NixValue, nixAttribute, nixCode, nixLiteral, nixString } from './nix-literal.ts';

/** What a package source is called in an expression. No keyword and no builtin of Nix ends so. */
export function packageSetName(source: string | null): string {
  return source === null ? 'pkgs' : `${source}-packages`;
}

/** Where dockerTools and buildEnv are from: of flakes, nixpkgs alone has them. */
export function builders({ source }: Pick<StrataDocument, 'source'>): string {
  return source.type === 'flake' ? 'nixpkgs' : 'pkgs';
}

/**
 * The arguments of an expression, each with the package source that it is unless another is given.
 *
 * @param used names of the sources that packages are of. @param locked what a lock has of each.
 * @param system a Nix system such as `aarch64-linux`; undefined for that of whoever builds.
 */
export function packageSetArguments(
  document: StrataDocument,
  used: ReadonlySet<string | null>,
  locked: ReadonlyMap<string | null, LockedSource>,
  system: string | undefined,
): readonly string[] {
  const sets = sourceEntries(document)
    .filter(({ name }) => name === null || used.has(name))
    .map((entry) => `${packageSetName(entry.name)} ? ${packageSet(entry, locked.get(entry.name), system)}`);
  const nixpkgs =
    builders(document) === 'nixpkgs'
      ? ['nixpkgs ? if pkgs ? dockerTools then pkgs else import <nixpkgs> { }']
      : [];
  return [...sets, ...nixpkgs];
}

function packageSet(
  { source: asked, importArguments }: SourceEntry,
  lock: LockedSource | undefined,
  system: string | undefined,
): string {
  const source = lock?.locked ?? asked;
  const { overlays, ...others } = importArguments as Record<string, NixValue>;
  const files = Array.isArray(overlays)
    ? overlays.map((file) => nixCode(`(import ${nixPath(String(file))})`))
    : undefined;
  const values = { ...others, ...(files && { overlays: files }), ...(system !== undefined && { system }) };
  const args = oneLine(values);
  switch (source.type) {
    case 'auto':
    case 'starter':
      return `import <nixpkgs> ${args}`;
    case 'nixpkgs': {
      const { commit, channel } = source;
      if (commit !== undefined) {
        const url = `https://github.com/NixOS/nixpkgs/archive/${commit}.tar.gz`;
        const tarball = lock?.narHash === undefined ? nixString(url) : oneLine({ url, sha256: lock.narHash });
        return `import (fetchTarball ${tarball}) ${args}`;
      }
      if (channel === undefined) return `import <nixpkgs> ${args}`;
      return `import (fetchTarball ${nixString(`https://nixos.org/channels/${channel}/nixexprs.tar.xz`)}) ${args}`;
    }
    case 'git': {
      const { url, rev, ref } = source;
      // A commit alone is looked for on all branches, as Strata does.
      const allRefs = rev !== undefined && ref === undefined ? true : undefined;
      return `import (fetchGit ${oneLine({ url, ref, rev, allRefs })}) ${args}`;
    }
    case 'path':
      return `import ${nixPath(source.path)} ${args}`;
    case 'flake': {
      const at = system === undefined ? '${builtins.currentSystem}' : nixAttribute(system);
      const flake = `builtins.getFlake ${nixString(source.ref)}`;
      // As nix/load-pkgs.nix has it: most flakes have packages alone.
      return `(flake: (flake.legacyPackages.${at} or { }) // (flake.packages.${at} or { })) (${flake})`;
    }
    default:
      return source satisfies never;
  }
}

function oneLine(value: NixValue): string {
  return nixLiteral(value).replace(/\s*\n\s*/g, ' ');
}

/** A path, whatever characters it has; one that is not absolute is taken from the file with the expression. */
export function nixPath(path: string): string {
  return path.startsWith('/') ? `(/. + ${nixString(path)})` : `(./. + ${nixString(`/${path}`)})`;
}
