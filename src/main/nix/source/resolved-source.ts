import type { Popularity } from '../../../engine/graph/closure-graph.ts';
import type { PackageSource } from '../../../shared/document.ts';
import type { NixInstallation } from '../environment.ts';
import type { CatalogPackage } from '../package-facts.ts';
import type { NixRunContext } from '../run.ts';
import type { NixSetting } from '../settings.ts';

/** A source as nix/load-pkgs.nix takes it. */
export type NixSource = (
  | { readonly type: 'path'; readonly path: string }
  | { readonly type: 'tarball'; readonly url: string; readonly sha256: string }
  | { readonly type: 'git'; readonly url: string; readonly rev: string; readonly ref?: string }
  | { readonly type: 'flake'; readonly ref: string }
  | { readonly type: 'starter'; readonly path: string; readonly debset: string; readonly debDir: string }
) & {
  /** Relative overlays of the import arguments are taken from here. */
  readonly overlayDirectory?: string;
};

/** A package source with everything settled: which one, at which revision, and how Nix gets at it. */
export interface ResolvedSource {
  readonly type: Exclude<PackageSource['type'], 'auto'>;
  /** In the words of a document: composing from it again gives the same, as far as the source can promise that. */
  readonly pinned: PackageSource;
  /** The same for a lock, which moves with its document: what the document has relative to itself stays so. */
  readonly locked: PackageSource;
  /** SHA-256 of its files as a NAR, as SRI; null where its revision names them. */
  readonly narHash: () => Promise<string | null>;
  /** Left out where nothing else decides what it is. @throws StrataError where what it is made from is not fixed. */
  readonly requireFixed?: () => Promise<void>;
  /** Such as `nixpkgs, channel nixos-25.11`, without the revision. */
  readonly description: string;
  /** Shorter than that; left out where nothing shorter says it. */
  readonly title?: string;
  /** Where its Nix code comes from: a URL or a path. */
  readonly location: string;
  /** Commit, NAR hash or version; null where the source has none, or differs from it. */
  readonly revision: string | null;
  /** Names the content exactly, so that what is computed from it can be kept; null where it may change unnoticed. */
  readonly fingerprint: string | null;
  /**
   * It is somebody's work, which can be another in a moment: nothing in a document pins it, and it is looked at again
   * each time.
   */
  readonly mayChange: boolean;
  /** Why it is this source and this revision. */
  readonly reason: string;
  readonly nix: NixSource;
  /** What Nix must be told while it works on this source. */
  readonly settings: readonly NixSetting[];
  /** A small set, where a member of a meta-package may be missing. */
  readonly isPartial: boolean;
  /** How many of its packages depend on each path; left out where nobody has counted. */
  readonly popularity?: (context: SourceFiles) => Promise<Popularity>;
  /** All its packages; left out where only an evaluation tells. */
  readonly catalog?: (context: SourceFiles) => Promise<CatalogPackage[]>;
  /**
   * Fetches what packages are built from; left out where Nix does that itself.
   *
   * @returns false where the source turned out to have moved on, and began a new revision
   */
  readonly prepare?: (attributes: readonly string[], context: SourceRun) => Promise<boolean>;
}

export interface SourceFiles {
  readonly cacheDirectory: string;
  readonly signal?: AbortSignal | undefined;
}

export interface SourceRun {
  readonly cacheDirectory: string;
  readonly run: NixRunContext;
}

/** A source with its revision, once: `nixpkgs, channel nixos-25.11 at 4c1018d…`. */
export function describeSource({
  description,
  revision,
}: Pick<ResolvedSource, 'description' | 'revision'>): string {
  return revision === null || description.includes(revision) ? description : `${description} at ${revision}`;
}

export interface SourceContext extends SourceRun {
  readonly installation: NixInstallation;
  /** Relative paths of a source are taken from here. */
  readonly baseDirectory: string;
  readonly system: string;
  /** Nothing is asked of the network. */
  readonly offline: boolean;
  readonly nixpkgs: NixpkgsLocations;
}

/** Where nixpkgs comes from; mirrors are set with `STRATA_NIXPKGS_CHANNELS` and `STRATA_NIXPKGS_ARCHIVES`. */
export interface NixpkgsLocations {
  /** `{channel}/git-revision` under it says a channel's commit. */
  readonly channels: string;
  /** `{commit}.tar.gz` under it is the tree of a commit. */
  readonly archives: string;
}

export function nixpkgsLocations(env: NodeJS.ProcessEnv): NixpkgsLocations {
  return {
    channels: env.STRATA_NIXPKGS_CHANNELS || 'https://channels.nixos.org',
    archives: env.STRATA_NIXPKGS_ARCHIVES || 'https://github.com/NixOS/nixpkgs/archive',
  };
}
