import type { PackageSource } from '../../../shared/document.ts';
import type { Action } from '../../../shared/errors.ts';
import type { NixInstallation } from '../environment.ts';
import type { ResolvedSource, SourceContext } from './resolved-source.ts';

/** What a source is called, as far as a document says: nothing is looked up. */
export interface SourceName {
  readonly title: string;
  /** Where the Nix code comes from, in full. */
  readonly location: string;
  /** Commit, branch or channel; null where the document names none. */
  readonly revision: string | null;
  /**
   * What trust is remembered by. Trust is in who writes the code, not in one state of it: a git repository is trusted as a
   * whole, whatever its commit, since the user would only ever be asked about numbers that nobody can judge.
   */
  readonly identity: string;
  /**
   * Strata's own package set and the channels of the official nixpkgs. A commit of that is not: the archive of a repository
   * gives out those of its forks too, which anybody may write.
   */
  readonly isBuiltIn: boolean;
}

/** Whether this machine has what a kind of source needs of it, and what to do where it has not. */
export interface SourceHint {
  readonly title: string;
  readonly isUsable: boolean;
  readonly detail: string;
  readonly hint?: string | undefined;
  readonly action?: Action | undefined;
}

export interface SourceMachine {
  /** Undefined where there is no Nix. */
  readonly installation: NixInstallation | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** All that one kind of package source answers before any source of it is resolved. */
export interface SourceKind<Source extends PackageSource = PackageSource> {
  name(source: Source): SourceName;
  /** @throws StrataError `source-unavailable` */
  resolve(source: Source, context: SourceContext): Promise<ResolvedSource>;
  /** The same source where nothing in it is relative any more; left out where nothing ever is. */
  absolute?(source: Source, baseDirectory: string): Source;
  /** What a lock cannot promise of it, as it goes on after its name; left out where a lock holds. */
  readonly lockCaveat?: string;
  /** Left out where a kind needs nothing of the machine but Nix. */
  hint?(machine: SourceMachine): Promise<SourceHint>;
}
