import { type ErrorCode, StrataError } from '../../shared/errors.ts';
import type { BuildState, DerivationState } from './build-state.ts';
import { EMPTY_BUILD_STATE } from './build-state.ts';

/** How a Nix process ended that should have ended otherwise. */
export interface NixFailure {
  readonly program: string;
  readonly exitCode: number | undefined;
  /** Error messages without colours, first to last; where there is none, whatever else Nix wrote. */
  readonly messages: readonly string[];
  readonly build?: BuildState;
}

interface Rule {
  readonly code: ErrorCode;
  readonly pattern: RegExp;
  readonly message: (match: RegExpExecArray) => string;
  readonly hint?: string;
  readonly reason: string;
}

/**
 * What Nix says, by how it says it: the exit status tells builds apart at best (100 failed, 101 timed out, 102 hash
 * mismatch), and everything else is 1. Earlier rules win: a full disk also makes a builder fail.
 */
const RULES: readonly Rule[] = [
  {
    code: 'disk-full',
    pattern: /No space left on device|Disk quota exceeded|database or disk is full/,
    reason: 'disk-full',
    message: () => 'The disk is full.',
    hint: 'Make room: `nix-collect-garbage` removes what no root holds, `strata cache prune` removes old layers.',
  },
  {
    code: 'unfree-package',
    pattern: /Package ‘([^’]+)’.*has an unfree license/s,
    reason: 'unfree',
    message: ([, name]) => `${name} has an unfree licence.`,
    hint: 'Allow it with the import argument {"config": {"allowUnfree": true}}.',
  },
  {
    code: 'insecure-package',
    pattern: /Package ‘([^’]+)’.*is marked as insecure/s,
    reason: 'insecure',
    message: ([, name]) => `${name} has known vulnerabilities.`,
    hint: 'Allow it by name with the import argument {"config": {"permittedInsecurePackages": […]}}.',
  },
  {
    code: 'broken-package',
    pattern: /Package ‘([^’]+)’.*is marked as broken/s,
    reason: 'broken',
    message: ([, name]) => `${name} is marked as broken.`,
    hint: 'Try it all the same with the import argument {"config": {"allowBroken": true}}.',
  },
  {
    code: 'unsupported-system',
    pattern: /Package ‘([^’]+)’.*is not (?:available on the requested hostPlatform|supported on)/s,
    reason: 'unsupported',
    message: ([, name]) => `${name} is not made for this system.`,
  },
  {
    code: 'source-unavailable',
    pattern: /This version of Nixpkgs requires Nix >= ([\d.]+)/,
    reason: 'nix-too-old',
    message: ([, version]) => `This version of nixpkgs needs Nix ${version} or newer.`,
    hint: 'Update Nix, or name an older channel, such as nixos-24.11.',
  },
  {
    code: 'source-unavailable',
    pattern: /executing 'git': No such file|program 'git'.*(?:not found|No such file)/,
    reason: 'git-missing',
    message: () => 'Nix fetches git repositories with git, and git is not installed.',
    hint: 'Install git.',
  },
  {
    code: 'nix-failed',
    pattern:
      /opening lock file '[^']*': Permission denied|(?:creating directory|setting permissions on|cannot open connection|opening file|changing ownership of path) '(?:\/nix|[^']*\/store)[^']*': (?:Permission denied|Read-only file system|Operation not permitted)|path '[^']*' is not (?:writable|owned)/,
    reason: 'store-not-writable',
    message: () => 'The Nix store is not writable.',
    hint: 'Run the Nix daemon (on Debian: package nix-setup-systemd, and your user in the group nix-users), or run as root.',
  },
  {
    code: 'nix-failed',
    pattern: /cannot connect to (?:socket|daemon) at '([^']+)'[^\n]*/,
    reason: 'daemon-unreachable',
    message: ([, socket]) => `The Nix daemon does not answer at ${socket}.`,
    hint: 'Start it, for instance with `systemctl start nix-daemon`.',
  },
  {
    code: 'network',
    pattern:
      /(?:failed to start SSH connection to|cannot connect to|cannot open connection to remote store) '([^']+)'[^\n]*/,
    reason: 'store-unreachable',
    message: ([, store]) => `The store ${store} cannot be reached.`,
    hint: 'Check the address, and that `ssh` reaches the machine without asking.',
  },
  {
    code: 'network',
    pattern: /unable to download '([^']+)': ([^\n(;]+)/,
    reason: 'unreachable',
    message: ([, url, why]) => `${withoutCredentials(url)} could not be downloaded: ${why?.trim()}.`,
    hint: 'Check the address and the network connection.',
  },
  {
    code: 'unsupported-system',
    pattern:
      /a '([^']+)' with features .* is required to build '([^']+)', but I am a '([^']+)'|Cannot build '(?<newDrv>[^']+)'\.\s+Reason: (?:required system|platform mismatch).*?'(?<newSystem>[^']+)'/s,
    reason: 'no-builder',
    message: ({ 1: system, 2: derivation, groups }) =>
      `There is no machine here that can build ${derivationName(derivation ?? groups?.newDrv)} for ${system ?? groups?.newSystem}.`,
    hint: 'Name a builder for that system with --builders, or a substituter that has the package ready.',
  },
];

/** An expected error for a Nix process that failed, with the tail of the failed build's log where there is one. */
export function classifyNixFailure(failure: NixFailure): StrataError {
  const build = failure.build ?? EMPTY_BUILD_STATE;
  const text = failure.messages.join('\n');
  const logs = failedDerivations(build).flatMap((derivation) => derivation.logTail);

  for (const rule of RULES) {
    const subject = rule.reason === 'disk-full' ? [text, ...logs].join('\n') : text;
    const match = rule.pattern.exec(subject);
    if (match === null) continue;
    return new StrataError(rule.code, rule.message(match), {
      ...(rule.hint === undefined ? {} : { hint: rule.hint }),
      details: { reason: rule.reason },
      log: text,
    });
  }
  return buildFailure(failure, build, text) ?? otherFailure(failure, text);
}

function failedDerivations(build: BuildState): readonly DerivationState[] {
  return Object.values(build.derivations).filter((derivation) => derivation.state === 'failed');
}

function buildFailure(failure: NixFailure, build: BuildState, text: string): StrataError | undefined {
  const failed = failedDerivations(build);
  const culprits = failed.filter((derivation) => derivation.reason !== 'dependency');
  const first = culprits[0] ?? failed[0];
  if (first === undefined) {
    if (failure.exitCode === 101)
      return new StrataError('build-timeout', 'A build took too long.', { log: text });
    return undefined;
  }
  const name = derivationName(first.derivation);
  const details = {
    reason: first.reason,
    derivation: first.derivation,
    derivations: culprits.map((derivation) => derivation.derivation),
    machine: first.machine,
  };
  const log = first.logTail.length > 0 ? first.logTail.join('\n') : text;
  switch (first.reason) {
    case 'timeout':
      return new StrataError('build-timeout', `Building ${name} took too long.`, {
        hint: 'Give it more time with --timeout, or find a substituter that has it ready.',
        details,
        log,
      });
    case 'hash-mismatch':
      return new StrataError(
        'build-failed',
        `What ${name} fetches is not what the package expects: its hash differs.`,
        {
          hint: 'The file has changed at its address. Use another revision of the package source.',
          details,
          log: text,
        },
      );
    default:
      return new StrataError(
        'build-failed',
        `Building ${name} failed: ${reasonIn(text, first.derivation)}.`,
        {
          hint: `The whole log: nix-store --read-log ${first.derivation}`,
          details,
          log,
        },
      );
  }
}

/** The clause of Nix's own message about a failed builder, such as `exit code 3`. */
function reasonIn(text: string, derivation: string): string {
  const line = text.split('\n').find((each) => each.includes(derivation) && /failed/.test(each)) ?? text;
  const clause = /failed (?:with|due to|to) ([^;\n]+)|Reason: ([^\n]+)/.exec(`${line}\n${text}`);
  if (clause === null) return 'Nix gives no reason';
  const [whole, nix, newer] = clause;
  if (newer !== undefined) return newer.replace(/\.$/, '');
  return whole.startsWith('failed to') ? `it failed to ${nix}` : (nix ?? '');
}

const EVALUATION =
  /attribute '[^']*' (?:missing|in selection path)|undefined variable|infinite recursion|syntax error|cannot coerce|evaluation aborted|assertion .*failed|called (?:without required|with unexpected) argument|while evaluating|is not a function|expected a|value is a|\bat (?:\/|«)/i;

function otherFailure(failure: NixFailure, text: string): StrataError {
  const summary =
    firstSentence(text) || `${failure.program} ended with status ${failure.exitCode ?? 'unknown'}`;
  if (failure.program === 'nix-instantiate' || EVALUATION.test(text)) {
    return new StrataError('evaluation-failed', `The package source could not be evaluated: ${summary}.`, {
      details: { reason: 'evaluation', summary },
      log: text,
    });
  }
  return new StrataError('nix-failed', `${failure.program} failed: ${summary}.`, {
    details: { reason: 'other', exitCode: failure.exitCode ?? null },
    log: text,
  });
}

/** The last `error:` of a message is its cause; what is before it is where Nix came through. */
export function firstSentence(text: string): string {
  const causes = text.split(/^\s*error: /m);
  const cause = causes[causes.length - 1] ?? '';
  return (
    cause
      .split('\n')
      .map((line) => line.trim())
      .find((line) => line !== '' && !line.startsWith('…'))
      ?.replace(/[.:]+$/, '') ?? ''
  );
}

/** `/nix/store/<hash>-curl-8.5.0.drv` gives `curl-8.5.0`. */
export function derivationName(derivation: string | undefined): string {
  return (derivation ?? '').replace(/^.*\/[0-9a-z]{32}-/, '').replace(/\.drv$/, '');
}

function withoutCredentials(url: string | undefined): string {
  return (url ?? '').replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1');
}
