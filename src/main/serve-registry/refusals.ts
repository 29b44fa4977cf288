import { Cancelled, StrataError } from '../../shared/errors.ts';

/** An error answer of a registry (distribution-spec, "Error Codes"). */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly detail?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export function refusalBody({ code, message, detail }: Refusal): string {
  return JSON.stringify({ errors: [{ code, message, ...(detail === undefined ? {} : { detail }) }] });
}

export const NOT_FOUND: Refusal = { status: 404, code: 'UNSUPPORTED', message: 'There is nothing here.' };
export const READ_ONLY: Refusal = {
  status: 405,
  code: 'UNSUPPORTED',
  message: 'This registry is for pulling only.',
  headers: { allow: 'GET, HEAD' },
};
export const BLOB_UNKNOWN: Refusal = {
  status: 404,
  code: 'BLOB_UNKNOWN',
  message: 'There is no such blob here.',
};
export const FROM_ELSEWHERE: Refusal = {
  status: 403,
  code: 'DENIED',
  message: 'This registry answers container tools on this machine, not web pages.',
};

/** A bug, or a file that cannot be read. */
export const FAILED: Refusal = {
  status: 500,
  code: 'UNKNOWN',
  message: 'Strata failed. Its log says more.',
};

/**
 * Why there is no image, for whoever pulls it. Container tools show the message of statuses from 400 to 499 only, and
 * try again on those from 500 on: so a build that fails is the former, one that may work later the latter.
 */
export function imageRefusal(error: unknown): Refusal {
  if (error instanceof Cancelled)
    return { status: 503, code: 'UNAVAILABLE', message: 'The build was cancelled.' };
  if (!(error instanceof StrataError)) return FAILED;
  const message = [error.message, error.hint].filter(Boolean).join(' ');
  const detail = error.details;
  switch (error.code) {
    case 'unknown-package':
    case 'source-unavailable':
    case 'unsupported-system':
      return { status: 404, code: 'MANIFEST_UNKNOWN', message, detail };
    case 'invalid-document':
    case 'usage':
      return { status: 400, code: 'NAME_INVALID', message };
    case 'unfree-package':
    case 'broken-package':
    case 'insecure-package':
    case 'untrusted-source':
      return { status: 403, code: 'DENIED', message, detail };
    case 'disk-full':
    case 'network':
    case 'build-timeout':
      return { status: 503, code: 'UNAVAILABLE', message, headers: { 'retry-after': '60' } };
    default:
      return { status: 400, code: 'UNKNOWN', message };
  }
}
