/** Stable codes: scripts, exit codes and translations depend on them, so a code is never renamed. */
export const ERROR_CODES = [
  'usage',
  'not-found',
  'conflict',
  'invalid-document',
  'invalid-graph',
  'unknown-package',
  'unfree-package',
  'broken-package',
  'insecure-package',
  'unsupported-system',
  'source-unavailable',
  'untrusted-source',
  'evaluation-failed',
  'build-failed',
  'build-timeout',
  'nix-missing',
  'nix-failed',
  'disk-full',
  'file-system',
  'unsupported-file-name',
  'corrupt-blob',
  'invalid-image',
  'check-failed',
  'network',
  'registry-unauthorized',
  'registry-denied',
  'registry-not-found',
  'registry-unavailable',
  'registry-protocol',
  'program-missing',
  'program-unusable',
  'run-failed',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** What the command line and the window each have a control for. */
export const OPTIONS = [
  'builders',
  'ca-file',
  'insecure',
  'known',
  'netrc-file',
  'paths',
  'patience',
  'port',
  'timeout',
] as const;

/** What the reader can do where both faces have their own way to it: each says it in terms of that. */
export type Action =
  | { readonly action: 'set-option'; readonly option: (typeof OPTIONS)[number] }
  /** A setting of Nix's own. */
  | { readonly action: 'set-nix-option'; readonly name: string; readonly value: string }
  | { readonly action: 'use-other-source'; readonly than: 'nixpkgs' | 'starter' }
  | { readonly action: 'search-packages' }
  /** A package names a package source of which nobody has said what it is. */
  | { readonly action: 'name-source'; readonly name: string }
  | { readonly action: 'add-package'; readonly name: string }
  /** The lock of a document is to be written anew, for one source: null for the one without a name. */
  | { readonly action: 'lock'; readonly document: string; readonly update: string | null }
  | { readonly action: 'plan-alone' };

export interface StrataErrorOptions {
  /** What the reader can do about it, as one or more sentences, the same for every face. */
  readonly hint?: string | undefined;
  /** Said after the hint, by the face. */
  readonly action?: Action | undefined;
  /** Machine-readable facts, such as the names that were not found. */
  readonly details?: unknown;
  /** Longer text worth copying, such as the tail of a build log. */
  readonly log?: string;
  readonly cause?: unknown;
}

/**
 * An expected failure: something a person can understand and act on. Everything else that is thrown is a bug, apart
 * from {@link Cancelled}, which is neither.
 */
export class StrataError extends Error {
  override readonly name = 'StrataError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly action: Action | undefined;
  readonly details: unknown;
  readonly log: string | undefined;

  constructor(code: ErrorCode, message: string, options: StrataErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.action = options.action;
    this.details = options.details;
    this.log = options.log;
  }
}

/** A hint with what a face says of the action; null where there is neither. */
export function withActionSaid(hint: string | null | undefined, said: string | null): string | null {
  if (said === null) return hint || null;
  return hint ? `${hint}${hint.includes('\n') ? '\n' : ' '}${said}` : said;
}

/** The user changed their mind. Never reported as an error. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
  constructor() {
    super('Cancelled.');
  }
}

/** @throws Cancelled when the signal has been aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Cancelled();
}
