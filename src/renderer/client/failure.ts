import { isDefinedError, ORPCError } from '@orpc/client';
import type { Failure } from '../../shared/contract/errors.ts';
import { fixesFor } from '../../shared/contract/fixes.ts';
import { StrataError } from '../../shared/errors.ts';

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
      hint: 'Strata reconnects by itself; jobs go on meanwhile. If the host was stopped, start it again.',
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

const COMMAND = /`(?:strata|nix|apt)[- ][^`]*`/;

/** A hint that names a command says where that is to be run: this window has no such thing. */
export function withPlaceOfCommands(hint: string): string {
  return COMMAND.test(hint)
    ? `${hint} Commands are for a terminal of the machine that Strata runs on.`
    : hint;
}

/** What to do about a failure in this window, where the host's own hint names options of the command. */
export function hintOf({ code, hint }: Pick<ShownFailure, 'code' | 'hint'>): string | null {
  switch (code) {
    case 'unknown-package':
      return 'Look for it under Packages: it may have another name, or be in another source.';
    case 'build-timeout':
      return 'Give it more time in the settings, or name a substituter there that has it ready.';
    default:
      return hint === null ? null : withPlaceOfCommands(hint.replace(/ \(--[^)]*\)/g, ''));
  }
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
