import { z } from 'zod';
import { type ErrorCode, StrataError } from '../../../shared/errors.ts';
import { type HttpResponse, readBody } from './exchange.ts';

const bodySchema = z.looseObject({
  errors: z.array(z.looseObject({ code: z.string().optional(), message: z.string().optional() })).optional(),
  details: z.string().optional(),
});
const LONGEST_BODY = 64 * 1024;
const LONGEST_TEXT = 400;

/** Statuses that may be another one a moment later. */
export function isTransientStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 501);
}

/**
 * The refusal in a registry's answer as an error (distribution-spec, "Error Codes"). The body is read to its end.
 *
 * @param what what was asked for, as the subject of a sentence: `the manifest a/b:latest`.
 */
export async function refusal(response: HttpResponse, registry: string, what: string): Promise<StrataError> {
  const said = await serverText(response);
  const { status } = response;
  const reason = said === '' ? '' : `: ${said}`;
  const code = errorCode(status);
  switch (code) {
    case 'registry-unauthorized':
      return new StrataError(code, `${registry} does not accept these credentials for ${what}${reason}.`, {
        hint: `Log in with \`podman login ${registry}\` or \`docker login ${registry}\`, or check the name.`,
      });
    case 'registry-denied':
      return new StrataError(code, `${registry} does not allow access to ${what}${reason}.`, {
        hint: 'The account needs more rights, or the name is that of somebody else.',
      });
    case 'registry-not-found':
      return new StrataError(code, `${registry} does not have ${what}${reason}.`);
    case 'registry-unavailable':
      return new StrataError(code, `${registry} is not available for ${what} (status ${status})${reason}.`, {
        hint: 'Try again later.',
      });
    default:
      return new StrataError('registry-protocol', `${registry} answered ${status} for ${what}${reason}.`);
  }
}

function errorCode(status: number): ErrorCode {
  if (status === 401) return 'registry-unauthorized';
  if (status === 403) return 'registry-denied';
  if (status === 404) return 'registry-not-found';
  return isTransientStatus(status) ? 'registry-unavailable' : 'registry-protocol';
}

/** The server's own words, harmless to a terminal and not longer than a few lines. */
async function serverText(response: HttpResponse): Promise<string> {
  let text: string;
  try {
    text = (await readBody(response, LONGEST_BODY)).toString('utf8');
  } catch {
    response.body.destroy();
    return '';
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return '';
  }
  const body = bodySchema.safeParse(value).data;
  const errors = body?.errors?.map(({ code, message }) => [code, message].filter(Boolean).join(' ')) ?? [];
  return [...errors, body?.details ?? '']
    .filter((line) => line !== '')
    .join('; ')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .replace(/[.\s]+$/, '')
    .slice(0, LONGEST_TEXT);
}
