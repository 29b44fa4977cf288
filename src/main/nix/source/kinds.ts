import type { PackageSource } from '../../../shared/document.ts';
import { autoKind } from './auto.ts';
import { flakeKind } from './flake.ts';
import { gitKind } from './git.ts';
import { nixpkgsKind } from './nixpkgs.ts';
import { pathKind } from './path.ts';
import type { ResolvedSource, SourceContext } from './resolved-source.ts';
import type { SourceKind, SourceName } from './source-kind.ts';
import { starterKind } from './starter.ts';

/** Every kind of package source: what is particular to one is in its file alone. */
export const SOURCE_KINDS: {
  readonly [Type in PackageSource['type']]: SourceKind<Extract<PackageSource, { readonly type: Type }>>;
} = {
  auto: autoKind,
  nixpkgs: nixpkgsKind,
  git: gitKind,
  path: pathKind,
  flake: flakeKind,
  starter: starterKind,
};

function kindOf(source: PackageSource): SourceKind {
  return SOURCE_KINDS[source.type];
}

export function nameSource(source: PackageSource): SourceName {
  return kindOf(source).name(source);
}

/** A source that says by itself where it is: `auto` is still `auto`, but nothing is relative any more. */
export function absoluteSource(source: PackageSource, baseDirectory: string): PackageSource {
  return kindOf(source).absolute?.(source, baseDirectory) ?? source;
}

/** Settles what a package source is. @throws StrataError `source-unavailable` where it cannot be had. */
export async function resolveSource(source: PackageSource, context: SourceContext): Promise<ResolvedSource> {
  context.run.onEvent?.({ type: 'phase', phase: 'source', text: 'Looking for the package source' });
  return kindOf(source).resolve(source, context);
}
