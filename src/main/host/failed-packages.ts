import { StrataError } from '../../shared/errors.ts';
import type { BuildProgress } from './build-progress.ts';

/**
 * A build failure that also says which packages of the document cannot be had because of it (`details.requested`), so
 * that they can be left out. Names are all that links the two: a derivation called `python3.11-requests-2.28` is what
 * `python3Packages.requests` needs.
 */
export function namingPackages(
  error: unknown,
  packages: readonly string[],
  progress: Pick<BuildProgress, 'waitingFor'>,
): unknown {
  if (!(error instanceof StrataError) || (error.code !== 'build-failed' && error.code !== 'build-timeout')) {
    return error;
  }
  const details = typeof error.details === 'object' && error.details !== null ? error.details : {};
  const derivation =
    'derivation' in details && typeof details.derivation === 'string' ? details.derivation : null;
  if (derivation === null) return error;
  const waiting = progress.waitingFor(derivation);
  const requested = packages.filter((name) => waiting.some((derivationName) => isOf(derivationName, name)));
  return new StrataError(error.code, error.message, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.log === undefined ? {} : { log: error.log }),
    details: { ...details, requested },
    cause: error,
  });
}

/** Whether a derivation's name is that of a package: `curl-8.5.0` and `curl`, with the version or without. */
function isOf(derivationName: string, attribute: string): boolean {
  const name = derivationName.toLowerCase();
  return attribute
    .toLowerCase()
    .split('.')
    .map((segment) => segment.replace(/^_(?=\d)/, ''))
    .some((segment) => new RegExp(`(^|-)${escaped(segment)}(-\\d|$)`).test(name));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
