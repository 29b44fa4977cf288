import type { Action, ErrorCode } from '../../shared/errors.ts';

/** What a kind of failure looks like in Nix's words, and what to tell the user about it. */
export interface Rule {
  readonly code: ErrorCode;
  readonly pattern: RegExp;
  readonly message: (match: RegExpExecArray, facts: RuleFacts) => string;
  readonly hint?: string;
  readonly action?: (match: RegExpExecArray) => Action;
  readonly reason: string;
  /** Whether it may also stand in the log of a build that failed for it. */
  readonly inLogs?: true;
  /** Whether it is what Nix warned of before it failed. */
  readonly inWarnings?: true;
}

/** What is known beside the words that a rule has matched. */
export interface RuleFacts {
  /** Binary caches that were asked, as far as Nix said so. */
  readonly caches: readonly string[];
  /** Store paths that were to be fetched, and were not. */
  readonly unfetched: readonly string[];
  /** The store path that a file of a binary cache is about, by the file's address. */
  readonly cacheFiles: Readonly<Record<string, string>>;
}
