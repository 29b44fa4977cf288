import { isDefinedError, ORPCError } from '@orpc/client';
import type { Failure } from '../../shared/contract/errors.ts';
import { StrataError } from '../../shared/errors.ts';
import { fixesFor } from '../../shared/fixes.ts';

/** What went wrong, ready to be shown: an expected failure of the host, a lost connection, or a bug. */
export interface ShownFailure extends Omit<Failure, 'code'> {
  readonly code: Failure['code'] | 'connection-lost' | 'bug';
}

/** @returns null for what is not a failure: the user changed their mind. */
export function toFailure(error: unknown): ShownFailure | null {
  if (isCancel(error)) return null;
  if (error instanceof ORPCError && isDefinedError(error)) {
    const data = error.data as Omit<Failure, 'code' | 'message'>;
    return { code: error.code as Failure['code'], message: error.message, ...data };
  }
  if (error instanceof StrataError) {
    const { code, message, hint = null, log = null } = error;
    return { code, message, hint, log, details: null, fixes: fixesFor(code, null) };
  }
  if (isConnectionError(error)) {
    return {
      code: 'connection-lost',
      message: 'The connection to the Strata host was lost.',
      hint: 'Strata reconnects by itself; jobs go on meanwhile. If the host was stopped, start it again with `npm start`.',
      details: null,
      log: null,
      fixes: [{ type: 'retry' }],
    };
  }
  const text = error instanceof Error ? error : new Error(String(error));
  return {
    code: 'bug',
    message: 'Something happened that Strata did not expect.',
    hint: 'Try again. If it happens again, report it with the detail below.',
    details: null,
    log: text.stack ?? text.message,
    fixes: [{ type: 'retry' }],
  };
}

export function isCancel(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'Cancelled');
}

/** Set as the cause of everything that fails because the transport closed. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

export function isConnectionError(error: unknown): boolean {
  return error instanceof ConnectionLost;
}
