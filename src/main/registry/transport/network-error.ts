import { Cancelled, StrataError } from '../../../shared/errors.ts';

/** Failures that may pass by themselves, by the codes of Node and undici. */
const TRANSIENT = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'TOO_SLOW',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_PRX_CONN',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_SOCKET',
]);

const CERTIFICATE =
  /^(CERT_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|UNABLE_TO_|ERR_TLS_CERT_ALTNAME_INVALID|CRL_|INVALID_CA)/;

const REASONS = new Map<string, string>(
  Object.entries({
    EAI_AGAIN: 'its name could not be looked up',
    ENOTFOUND: 'there is no host of that name',
    ECONNREFUSED: 'it refuses connections',
    ECONNRESET: 'it broke the connection off',
    EPIPE: 'it broke the connection off',
    UND_ERR_SOCKET: 'it broke the connection off',
    ETIMEDOUT: 'it does not answer',
    UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
    UND_ERR_HEADERS_TIMEOUT: 'it does not answer',
    UND_ERR_BODY_TIMEOUT: 'it stopped in the middle of its answer',
    UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'its answer is not as long as it says',
    UND_ERR_PRX_CONN: 'the proxy does not let through',
  }),
);

/** The first code of Node or undici along the chain of causes. */
function codeOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof StrataError) continue;
    const code = (cause as NodeJS.ErrnoException).code;
    if (typeof code === 'string' && code !== '') return code;
    if (cause instanceof AggregateError && cause.errors.length > 0) return codeOf(cause.errors[0]);
  }
  return '';
}

export function isTransient(error: unknown): boolean {
  const code = codeOf(error);
  return TRANSIENT.has(code) || code.startsWith('HPE_');
}

/** Whether nobody listens there. */
export function isRefused(error: unknown): boolean {
  return codeOf(error) === 'ECONNREFUSED';
}

const CLOCK = 'Look at the clock of this machine; if it is right, the registry needs a new certificate.';

/** What no authority helps against. */
const UNFIT_CERTIFICATES = new Map<string, { readonly problem: string; readonly hint: string }>([
  ['CERT_HAS_EXPIRED', { problem: 'has expired', hint: CLOCK }],
  ['CERT_NOT_YET_VALID', { problem: 'is not valid yet', hint: CLOCK }],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    { problem: 'is for other names', hint: 'Call the registry by a name that its certificate is for.' },
  ],
]);

/** Whether the other side does not speak TLS at all. */
export function isPlainHttp(error: unknown): boolean {
  return /^(EPROTO|ERR_SSL_)/.test(codeOf(error));
}

/** A failure to be tried again: the answer comes, but at a speed at which it would not end. */
export function slowError(host: string, slowBytesPerSecond: number): StrataError {
  return new StrataError('network', `${host} sends less than ${slowBytesPerSecond} bytes a second.`, {
    cause: Object.assign(new Error('too slow'), { code: 'TOO_SLOW' }),
  });
}

/** @returns Cancelled where the signal was aborted, else a StrataError `network`. */
export function networkError(
  error: unknown,
  host: string,
  signal: AbortSignal | undefined,
): Cancelled | StrataError {
  if (error instanceof StrataError || error instanceof Cancelled) return error;
  if (signal?.aborted) return new Cancelled();
  const code = codeOf(error);
  const unfit = UNFIT_CERTIFICATES.get(code);
  if (unfit !== undefined) {
    return new StrataError('network', `${host} shows a certificate that ${unfit.problem} (${code}).`, {
      hint: unfit.hint,
      details: { host, problem: 'unfit-certificate' },
      cause: error,
    });
  }
  if (CERTIFICATE.test(code)) {
    return new StrataError('network', `${host} shows a certificate that is not trusted here (${code}).`, {
      action: { action: 'set-option', option: 'ca-file' },
      details: { host, problem: 'untrusted-certificate' },
      cause: error,
    });
  }
  if (isPlainHttp(error)) {
    return new StrataError('network', `${host} does not speak TLS.`, {
      action: { action: 'set-option', option: 'insecure' },
      details: { host, problem: 'no-tls' },
      cause: error,
    });
  }
  const reason = REASONS.get(code) ?? (error instanceof Error ? error.message : String(error));
  return new StrataError('network', `${host} cannot be reached: ${reason}.`, { cause: error });
}
