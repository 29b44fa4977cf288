import { isDefinedError, ORPCError } from '@orpc/client';
import type { Failure } from '../../shared/contract/errors.ts';
import { fixesFor } from '../../shared/contract/fixes.ts';
import { type Action, StrataError, withActionSaid } from '../../shared/errors.ts';

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
    const { code, message, hint = null, action = null, log = null } = error;
    return { code, message, hint, action, log, details: null, fixes: fixesFor(code, null) };
  }
  if (isConnectionError(error)) {
    return {
      code: 'connection-lost',
      message: 'The connection to the Strata host was lost.',
      hint: 'Strata reconnects by itself; jobs go on meanwhile. If the host was stopped, start it again.',
      action: null,
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
    action: null,
    details: null,
    log: text.stack ?? text.message,
    fixes: [{ type: 'retry' }],
  };
}

const COMMAND = /`(?:strata|nix|apt)[- ][^`]*`/;

/** A hint that names a command says where that is to be run: this window has no such thing. */
function withPlaceOfCommands(hint: string): string {
  return COMMAND.test(hint)
    ? `${hint} Commands are for a terminal of the machine that Strata runs on.`
    : hint;
}

type Option = Extract<Action, { readonly action: 'set-option' }>['option'];

const OPTION_SENTENCES = {
  builders: 'Name a machine for it under “Remote builders” in the settings.',
  'ca-file': 'Name the authority that signed it under “Certificates…”, or put it in /etc/containers/certs.d.',
  insecure:
    'If it is a registry without TLS that you trust, allow an insecure connection under “Certificates…”.',
  known: 'Add images that exist one by one, under “Known images”.',
  'netrc-file': 'Name a netrc file that has the password, as netrc-file in nix.conf.',
  paths: 'It has to be told which store paths to begin with.',
  patience: 'Wait longer: under “Registries” in the settings.',
  port: 'Choose another, or none for one that is free.',
  timeout: 'Give it more time in the settings, or name a substituter there that has it ready.',
} as const satisfies Record<Option, string>;

const SOURCE_SENTENCES = {
  nixpkgs: 'Use the starter set, or a nixpkgs that is on this machine, as the package source.',
  starter: 'Other package sources do without: nixpkgs, a directory, a git repository or a flake.',
} as const;

function sentenceOf(action: Action): string {
  switch (action.action) {
    case 'set-option':
      return OPTION_SENTENCES[action.option];
    case 'set-nix-option':
      return `Nix's setting for that is \`${action.name} = ${action.value}\` in nix.conf.`;
    case 'use-other-source':
      return SOURCE_SENTENCES[action.than];
    case 'search-packages':
      return 'Look for it under Packages: it may have another name, or be in another source.';
    case 'name-source':
      return 'Say what it is under sources in the document’s file, or write the package without it.';
    case 'add-package':
      return `Add ${action.name} to the image, under Packages.`;
    case 'lock':
      return 'Take it as it is now: “Lock again” is under “Package source”.';
    case 'plan-alone':
      return 'Leave out the known images and the hints, or take the strategy strata.';
  }
}

/** Of a failure, or of a check that found one. */
interface Advice {
  readonly hint: string | null;
  readonly action?: Action | null | undefined;
}

/** What the reader can do about a failure, with the controls of this window by name. */
export function hintOf({ hint, action = null }: Advice): string | null {
  const said = withActionSaid(hint, action && sentenceOf(action));
  return said && withPlaceOfCommands(said);
}

/** Where in this window the control of an action is; null where it is beside the failure, or there is none. */
export function panelOf(action: Action | null): 'settings' | 'sources' | 'known' | null {
  switch (action?.action) {
    case 'set-option':
      if (action.option === 'known') return 'known';
      return action.option === 'builders' || action.option === 'timeout' ? 'settings' : null;
    case 'use-other-source':
    case 'lock':
      return 'sources';
    case 'plan-alone':
      return 'known';
    default:
      return null;
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
