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

/** What a registry said when it refused, in the `details` of the error. */
interface RefusalDetails {
  readonly status: number;
  /** Codes of the specification, such as `MANIFEST_BLOB_UNKNOWN`. */
  readonly codes: readonly string[];
}

/** The codes with which a registry refused, where the error is such a refusal. */
export function refusalCodes(error: unknown): readonly string[] {
  if (!(error instanceof StrataError)) return [];
  return (error.details as Partial<RefusalDetails> | undefined)?.codes ?? [];
}

/**
 * The refusal in a registry's answer as an error (distribution-spec, "Error Codes"). The body is read to its end.
 *
 * @param what what was asked for, as the subject of a sentence: `the manifest a/b:latest`.
 * @param isAnonymous whether it was asked for without credentials.
 */
export async function refusal(
  response: HttpResponse,
  registry: string,
  what: string,
  isAnonymous = false,
): Promise<StrataError> {
  const { text, codes } = await serverWords(response);
  const { status } = response;
  const details: RefusalDetails = { status, codes };
  const reason = text === '' ? '' : `: ${text}`;
  const code = errorCode(status);
  switch (code) {
    case 'registry-unauthorized': {
      const problem = isAnonymous ? 'wants credentials' : 'does not accept these credentials';
      return new StrataError(code, `${registry} ${problem} for ${what}${reason}.`, {
        hint: `Log in with \`podman login ${registry}\` or \`docker login ${registry}\`, or check the name.`,
        details,
      });
    }
    case 'registry-denied':
      return new StrataError(code, `${registry} does not allow access to ${what}${reason}.`, {
        hint: 'The account needs more rights, or the name is that of somebody else.',
        details,
      });
    case 'registry-not-found':
      return new StrataError(code, `${registry} does not have ${what}${reason}.`, { details });
    case 'registry-unavailable':
      return new StrataError(code, `${registry} is not available for ${what} (status ${status})${reason}.`, {
        hint: 'Try again later.',
        details,
      });
    default:
      if (status < 300) {
        return new StrataError(
          'registry-protocol',
          `${registry} does not answer as a container registry does: ${status} for ${what}.`,
          { hint: 'Check the name and the port. A proxy in between may also answer in its place.', details },
        );
      }
      return new StrataError('registry-protocol', `${registry} answered ${status} for ${what}${reason}.`, {
        details,
      });
  }
}

function errorCode(status: number): ErrorCode {
  if (status === 401) return 'registry-unauthorized';
  if (status === 403) return 'registry-denied';
  if (status === 404) return 'registry-not-found';
  return isTransientStatus(status) ? 'registry-unavailable' : 'registry-protocol';
}

/** The server's own words, harmless to a terminal and not longer than a few lines, and its codes. */
async function serverWords(
  response: HttpResponse,
): Promise<{ readonly text: string; readonly codes: readonly string[] }> {
  const value = await readJson(response);
  const body = bodySchema.safeParse(value).data;
  const errors = body?.errors ?? [];
  const lines = [
    ...errors.map(({ code, message }) => [code, message].filter(Boolean).join(' ')),
    body?.details ?? '',
  ];
  const text = lines
    .filter((line) => line !== '')
    .join('; ')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .replace(/[.\s]+$/, '')
    .slice(0, LONGEST_TEXT);
  return {
    text,
    codes: errors.flatMap(({ code }) => (code !== undefined && /^[A-Z_]+$/.test(code) ? [code] : [])),
  };
}

async function readJson(response: HttpResponse): Promise<unknown> {
  try {
    return JSON.parse((await readBody(response, LONGEST_BODY)).toString('utf8'));
  } catch {
    response.body.destroy();
    return undefined;
  }
}
