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
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface StrataErrorOptions {
  /** What the reader can do about it, as one or more sentences. */
  readonly hint?: string;
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
  readonly details: unknown;
  readonly log: string | undefined;

  constructor(code: ErrorCode, message: string, options: StrataErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.details = options.details;
    this.log = options.log;
  }
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
