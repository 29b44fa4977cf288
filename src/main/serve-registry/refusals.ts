import { Cancelled, StrataError } from '../../shared/errors.ts';

/** An error answer of a registry (distribution-spec, "Error Codes"). */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Without a detail: clients print it as it is, behind the message. */
export function refusalBody({ code, message }: Refusal): string {
  return JSON.stringify({ errors: [{ code, message }] });
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
 * Why there is no image, for whoever pulls it. That nobody tries again takes the code MANIFEST_UNKNOWN; that clients which
 * ask by HEAD show more than "not found" takes a status that is not 404. What may pass by itself is 503, on which some
 * try again.
 */
export function imageRefusal(error: unknown): Refusal {
  if (error instanceof Cancelled)
    return { status: 503, code: 'UNAVAILABLE', message: 'The build was cancelled.' };
  if (!(error instanceof StrataError)) return FAILED;
  const message = [error.message, error.hint].filter(Boolean).join(' ');
  if (mayPass(error)) {
    return { status: 503, code: 'UNAVAILABLE', message, headers: { 'retry-after': '60' } };
  }
  return { status: 400, code: 'MANIFEST_UNKNOWN', message };
}

/** Whether asking again may help, though nothing was changed. */
export function mayPass(error: unknown): boolean {
  if (error instanceof Cancelled) return true;
  return error instanceof StrataError && (error.code === 'disk-full' || error.code === 'network');
}

/** The longest reason phrase: clients limit how long a line of a header may be. */
const LONGEST_PHRASE = 1000;

/** A message as the reason phrase of a status line, which is all that is seen of the answer to HEAD (RFC 9112, section 4). */
export function reasonPhrase({ message }: Refusal): string {
  return message
    .replace(/\s+/g, ' ')
    .replace(/[^ -~]/g, '?')
    .slice(0, LONGEST_PHRASE);
}
