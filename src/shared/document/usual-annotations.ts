import type { PackageSource, StrataDocument } from '../document.ts';
import { withoutCredentials } from '../without-credentials.ts';

/** Where the packages of an image came from. */
export interface AnnotatedSource {
  /** With everything settled. */
  readonly pinned: PackageSource;
  /** Commit, NAR hash or version; null where there is none. */
  readonly revision: string | null;
}

const PREFIX = 'org.opencontainers.image.';

export interface AnnotatedFacts {
  readonly source?: AnnotatedSource | undefined;
  /** RFC 3339; left out where nobody said when. */
  readonly created?: string | undefined;
  readonly base?: { readonly reference: string | undefined; readonly digest: string } | undefined;
}

/**
 * The annotations of a document's image: its own, and those that are usual (image-spec 1.1, annotations.md) as far as
 * they are known and the same wherever it is built. One that the document has as an empty text is left out.
 *
 * @returns undefined where the document asks for none, and has no base, which is always named.
 */
export function annotationsOf(
  { name, annotations, mediaTypes }: Pick<StrataDocument, 'name' | 'annotations' | 'mediaTypes'>,
  { source, created, base }: AnnotatedFacts,
): Readonly<Record<string, string>> | undefined {
  if (mediaTypes === 'docker' || (annotations === undefined && base === undefined)) return undefined;
  const url = source && sourceUrl(source.pinned);
  const usual = {
    ...(annotations !== undefined && {
      title: name,
      created,
      source: url,
      revision: url === undefined ? undefined : commitOf(source?.revision),
    }),
    'base.name': base?.reference,
    'base.digest': base?.digest,
  };
  const known = Object.entries(usual).flatMap(([key, value]) =>
    value === undefined ? [] : [[`${PREFIX}${key}`, value] as const],
  );
  const all = { ...Object.fromEntries(known), ...annotations };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

function commitOf(revision: string | null | undefined): string | undefined {
  return revision && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(revision) ? revision : undefined;
}

/** An address that others can get it from; undefined for what is on this machine alone. */
function sourceUrl(source: PackageSource): string | undefined {
  switch (source.type) {
    case 'nixpkgs':
      return 'https://github.com/NixOS/nixpkgs';
    case 'git':
      return webUrl(source.url);
    case 'flake':
      return forgeUrl(source.ref) ?? webUrl(source.ref.replace(/^git\+/, '').replace(/[?#].*$/s, ''));
    default:
      return undefined;
  }
}

const FORGES = { github: 'https://github.com', gitlab: 'https://gitlab.com', sourcehut: 'https://git.sr.ht' };

function forgeUrl(ref: string): string | undefined {
  const [, forge, owner, repository] = /^(github|gitlab|sourcehut):([^/?#]+)\/([^/?#]+)/.exec(ref) ?? [];
  return forge && `${FORGES[forge as keyof typeof FORGES]}/${owner}/${repository}`;
}

function webUrl(text: string): string | undefined {
  return /^(https?|ssh):\/\//.test(text) ? withoutCredentials(text) : undefined;
}
