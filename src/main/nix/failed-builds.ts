import type { BuildFailureReason } from './events.ts';

export interface FailedBuild {
  /** Null where the message does not say which. */
  readonly derivation: string | null;
  /** Then perhaps the store path that it was to make. */
  readonly output?: string;
  readonly reason: BuildFailureReason;
}

const DERIVATION = `'?(/[^\\s']+\\.drv)(?:[!^][^\\s']*)?'?`;

/** Wordings of Nix 2.3 to 2.8, of 2.9 to 2.30, of 2.31 and later, and of Lix. */
const PATTERNS: readonly (readonly [BuildFailureReason, RegExp])[] = [
  ['hash-mismatch', new RegExp(`hash mismatch in fixed-output derivation ${DERIVATION}`)],
  ['timeout', new RegExp(`building of ${DERIVATION}[^\\n]* timed out after`)],
  ['timeout', new RegExp(`${DERIVATION}[^\\n]* timed out after`)],
  ['dependency', new RegExp(`dependenc(?:y|ies) of derivation ${DERIVATION} failed`)],
  ['dependency', new RegExp(`Cannot build ${DERIVATION}\\.\\s+Reason: \\d+ dependenc`)],
  ['no-builder', new RegExp(`is required to build ${DERIVATION}, but I am a`)],
  ['no-builder', new RegExp(`Cannot build ${DERIVATION}\\.\\s+Reason: required system`)],
  ['timeout', new RegExp(`Cannot build ${DERIVATION}\\.\\s+Reason: [^\\n]*timed out`)],
  [
    'no-builder',
    new RegExp(
      `Cannot build ${DERIVATION}\\.\\s+Reason: (?:platform mismatch|missing system features|local builds are disabled)`,
    ),
  ],
  ['substitution', new RegExp(`substitutes for the outputs of derivation ${DERIVATION} failed`)],
  ['failed', new RegExp(`cycle detected in build of ${DERIVATION}`)],
  ['failed', new RegExp(`Cannot build ${DERIVATION}`)],
  ['failed', new RegExp(`builder for ${DERIVATION} failed`)],
  ['failed', new RegExp(`build of ${DERIVATION}[^\\n]* failed`)],
];

/** Wordings that do not say which derivation, at best its output: of 2.31 and later, and of all versions. */
const NAMELESS: readonly (readonly [BuildFailureReason, RegExp])[] = [
  ['timeout', /^error: timed out after \d+ seconds/],
  ['failed', /^error: output '([^']+)' is not allowed to (?:refer to|have direct references)/],
];

/** The derivation that an error message of Nix says has failed, and why; empty where it is about something else. */
export function failedBuilds(message: string): readonly FailedBuild[] {
  for (const [reason, pattern] of PATTERNS) {
    const derivation = pattern.exec(message)?.[1];
    if (derivation !== undefined) return [{ derivation, reason }];
  }
  for (const [reason, pattern] of NAMELESS) {
    const match = pattern.exec(message);
    if (match !== null) return [{ derivation: null, reason, ...(match[1] ? { output: match[1] } : {}) }];
  }
  return [];
}
