// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are Nix's.

import { imageConfigOf } from './document/image-config.ts';
import type { StrataDocument } from './document.ts';
import { type NixCode, type NixValue, nixAttribute, nixCode, nixLiteral, nixString } from './nix-literal.ts';
import { type SourceEntry, sourceEntries } from './package-sources.ts';

export const NIX_EXPRESSIONS = ['dockerTools', 'nix2container'] as const;
export type NixExpressionKind = (typeof NIX_EXPRESSIONS)[number];

interface NixPackage {
  /** Name of its package source; null for the one without a name. */
  readonly source: string | null;
  readonly segments: readonly string[];
}

/** A document with its packages as attribute paths, meta-packages and defaults put in. */
export interface NixExpressionInput {
  readonly document: StrataDocument;
  readonly packages: readonly NixPackage[];
  /** A Nix system such as `aarch64-linux`; undefined for that of whoever builds. */
  readonly system: string | undefined;
}

const DEFAULT_CREATED = '1970-01-01T00:00:01Z';
const CERTIFICATES = 'SSL_CERT_FILE=/etc/ssl/certs/ca-bundle.crt';

/** An image much like that of the document, in the words of nixpkgs' `dockerTools.streamLayeredImage`. */
export function dockerToolsExpression(input: NixExpressionInput): string {
  const { document, packages } = input;
  const image = nixLiteral({
    name: document.name,
    tag: document.tag,
    created: document.created ?? DEFAULT_CREATED,
    contents: [...packages.map(packageCode), nixCode(`${builders(document)}.dockerTools.fakeNss`)],
    // The last layer of dockerTools is that of the links, which Strata does not count.
    maxLayers: document.layering.budget + 1,
    extraCommands: 'mkdir -m 1777 tmp',
    config: config(input),
  });
  return [
    '# Build with `nix-build FILE`, then load the image with `./result | docker load`.',
    `{ ${packageSets(input)} }:`,
    `${builders(document)}.dockerTools.streamLayeredImage ${image}`,
    '',
  ].join('\n');
}

/** An image much like that of the document, in the words of nix2container (github.com/nlewo/nix2container). */
export function nix2containerExpression(input: NixExpressionInput): string {
  const { document, packages } = input;
  const root = {
    name: 'root',
    paths: [...packages.map(packageCode), nixCode(`${builders(document)}.dockerTools.fakeNss`)],
    pathsToLink: ['/bin', '/etc', '/lib', '/libexec', '/sbin', '/share'],
  };
  const image = nixLiteral({
    name: document.name,
    tag: document.tag,
    created: document.created ?? DEFAULT_CREATED,
    copyToRoot: nixCode(`${builders(document)}.buildEnv ${nixLiteral(root, 1)}`),
    maxLayers: document.layering.budget,
    config: config(input),
  });
  return [
    '# Call with the nix2container of its flake: `nix2container.packages.<system>.nix2container`.',
    `{ nix2container, ${packageSets(input)} }:`,
    `nix2container.buildImage ${image}`,
    '',
  ].join('\n');
}

function packageCode({ source, segments }: NixPackage): NixCode {
  return nixCode([packageSetName(source), ...segments.map(nixAttribute)].join('.'));
}

/** No keyword and no builtin of Nix ends so. */
function packageSetName(source: string | null): string {
  return source === null ? 'pkgs' : `${source}-packages`;
}

/** Where dockerTools and buildEnv are from: of flakes, nixpkgs alone has them. */
function builders({ source }: StrataDocument): string {
  return source.type === 'flake' ? 'nixpkgs' : 'pkgs';
}

/** The arguments of the expression, each with the package source that it is unless another is given. */
function packageSets({ document, packages, system }: NixExpressionInput): string {
  const used = new Set(packages.map(({ source }) => source));
  const sets = sourceEntries(document)
    .filter(({ name }) => name === null || used.has(name))
    .map((entry) => `${packageSetName(entry.name)} ? ${packageSet(entry, system)}`);
  const nixpkgs =
    builders(document) === 'nixpkgs'
      ? ['nixpkgs ? if pkgs ? dockerTools then pkgs else import <nixpkgs> { }']
      : [];
  return [...sets, ...nixpkgs].join(', ');
}

function config({ document, packages }: NixExpressionInput): NixValue {
  const { Env = [], ...rest } = imageConfigOf(document.config);
  const hasCertificates = packages.some(
    ({ segments: [first, ...more] }) => first === 'cacert' && more.length === 0,
  );
  const isSet = Env.some((setting) => setting.startsWith('SSL_CERT_FILE='));
  return { ...rest, Env: [...(hasCertificates && !isSet ? [CERTIFICATES] : []), ...Env] };
}

/** Code for a package source. */
function packageSet({ source, importArguments }: SourceEntry, system: string | undefined): string {
  const { overlays, ...others } = importArguments as Record<string, NixValue>;
  const files = Array.isArray(overlays)
    ? overlays.map((file) => nixCode(`(import ${nixPath(String(file))})`))
    : undefined;
  const values = { ...others, ...(files && { overlays: files }), ...(system !== undefined && { system }) };
  const args = nixLiteral(values).replace(/\s*\n\s*/g, ' ');
  switch (source.type) {
    case 'auto':
    case 'starter':
      return `import <nixpkgs> ${args}`;
    case 'nixpkgs': {
      if (source.commit !== undefined) {
        return `import (fetchTarball ${nixString(`https://github.com/NixOS/nixpkgs/archive/${source.commit}.tar.gz`)}) ${args}`;
      }
      if (source.channel === undefined) return `import <nixpkgs> ${args}`;
      return `import (fetchTarball ${nixString(`https://nixos.org/channels/${source.channel}/nixexprs.tar.xz`)}) ${args}`;
    }
    case 'git': {
      const { url, rev, ref } = source;
      const fetch = nixLiteral({ url, ref, rev }).replace(/\s*\n\s*/g, ' ');
      return `import (fetchGit ${fetch}) ${args}`;
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

/** A path, whatever characters it has; one that is not absolute is taken from the file with the expression. */
function nixPath(path: string): string {
  return path.startsWith('/') ? `(/. + ${nixString(path)})` : `(./. + ${nixString(`/${path}`)})`;
}
