import { constants } from 'node:os';
import type { RuntimeConfig } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import { type Identity, identityOf } from './identity.ts';
import type { RunRequest } from './request.ts';

/** How a program is started: what an image's configuration and a request come to. */
export interface RunSettings {
  /** The program and its arguments. */
  readonly words: readonly [string, ...string[]];
  readonly environment: ReadonlyMap<string, string>;
  readonly identity: Identity;
  readonly workingDirectory: string;
  readonly hostname: string;
}

export interface SettingsInput {
  /** As the image has it, with its defaults. */
  readonly config: RuntimeConfig;
  /** The image's /etc/passwd and /etc/group. */
  readonly passwd: string;
  readonly group: string;
  readonly request: RunRequest;
  readonly hostname: string;
  /** What a terminal says that it is. */
  readonly term?: string | undefined;
}

/** @throws StrataError `usage` where nothing says what to run. */
export function runSettings(input: SettingsInput): RunSettings {
  const { config, passwd, group, request, hostname, term } = input;
  const identity = identityOf(request.user ?? config.User, passwd, group);
  return {
    words: programWords(config, request),
    environment: new Map([
      ['HOSTNAME', hostname],
      ...(request.hasTerminal ? [['TERM', term || 'xterm'] as const] : []),
      // Before what the image says, which may be another.
      ['HOME', identity.home],
      ...[...(config.Env ?? []), ...request.environment].map(pairOf),
    ]),
    identity,
    workingDirectory: request.workingDirectory ?? (config.WorkingDir || '/'),
    hostname,
  };
}

/** What is to be run. @throws StrataError `usage` where nothing says so. */
export function programWords(
  { Entrypoint = [], Cmd = [] }: RuntimeConfig,
  { entrypoint, command }: Pick<RunRequest, 'entrypoint' | 'command'>,
): readonly [string, ...string[]] {
  const defaults = entrypoint === undefined ? Cmd : [];
  const [program, ...rest] = [...(entrypoint ?? Entrypoint), ...(command ?? defaults)];
  if (program !== undefined && program !== '') return [program, ...rest];
  throw new StrataError('usage', 'Nothing says what to run in the image.', {
    hint: 'It has neither an entry point nor a command: set one in its configuration, or name the program to run.',
  });
}

function pairOf(setting: string): readonly [name: string, value: string] {
  const at = setting.indexOf('=');
  return [setting.slice(0, at), setting.slice(at + 1)];
}

/** The signal that a configuration names: `SIGQUIT`, `QUIT` or its number; undefined where this system has none such. */
export function signalOf(name: string | undefined): NodeJS.Signals | undefined {
  if (name === undefined || name === '') return undefined;
  const signals = Object.entries(constants.signals) as [NodeJS.Signals, number][];
  return signals.find(
    ([each, number]) => each === name || each === `SIG${name}` || String(number) === name,
  )?.[0];
}
