import type { ErrorCode } from '../../shared/errors.ts';

/** What the process returns; documented in docs/command-line.md. */
export const EXIT = {
  ok: 0,
  /** A check found something: an image that does not match its digests, a rule that does not hold. */
  checkFailed: 1,
  /** The command line, a document or a graph is not as it should be. */
  usage: 2,
  /** Packages that cannot be had as asked: unknown, unfree, broken, insecure, not for this system. */
  packages: 3,
  /** Nix could not evaluate or build. */
  build: 4,
  /** Files, disk, the cache. */
  files: 5,
  /** A registry or the network. */
  network: 6,
  /** `strata run` could not start what runs the image; this, and the two that follow, as podman and docker have them. */
  run: 125,
  programUnusable: 126,
  programMissing: 127,
  /** A bug in Strata. */
  bug: 70,
  /** Ctrl-C, as shells have it: 128 + SIGINT. */
  cancelled: 130,
} as const;

const BY_CODE = {
  usage: EXIT.usage,
  'not-found': EXIT.usage,
  conflict: EXIT.files,
  'invalid-document': EXIT.usage,
  'invalid-graph': EXIT.usage,
  'unknown-package': EXIT.packages,
  'unfree-package': EXIT.packages,
  'broken-package': EXIT.packages,
  'insecure-package': EXIT.packages,
  'unsupported-system': EXIT.packages,
  'source-unavailable': EXIT.build,
  'untrusted-source': EXIT.usage,
  'evaluation-failed': EXIT.build,
  'build-failed': EXIT.build,
  'build-timeout': EXIT.build,
  'nix-missing': EXIT.build,
  'nix-failed': EXIT.build,
  'disk-full': EXIT.files,
  'file-system': EXIT.files,
  'unsupported-file-name': EXIT.files,
  'corrupt-blob': EXIT.files,
  'invalid-image': EXIT.checkFailed,
  'check-failed': EXIT.checkFailed,
  network: EXIT.network,
  'registry-unauthorized': EXIT.network,
  'registry-denied': EXIT.network,
  'registry-not-found': EXIT.network,
  'registry-unavailable': EXIT.network,
  'registry-protocol': EXIT.network,
  'program-missing': EXIT.programMissing,
  'program-unusable': EXIT.programUnusable,
  'run-failed': EXIT.run,
} as const satisfies Record<ErrorCode, number>;

export function exitCodeOf(code: ErrorCode): number {
  return BY_CODE[code];
}
