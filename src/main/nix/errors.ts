import { StrataError } from '../../shared/errors.ts';
import { type BuildState, type DerivationState, EMPTY_BUILD_STATE } from './build-state.ts';
import { derivationName, RULES, UNREACHABLE } from './error-rules.ts';

/** How a Nix process ended that should have ended otherwise. */
export interface NixFailure {
  readonly program: string;
  readonly exitCode: number | undefined;
  /** The signal that ended it, such as `SIGKILL`. */
  readonly signal?: string | undefined;
  /** What Nix, and programs that it ran, wrote about it, without colours, errors last. */
  readonly messages: readonly string[];
  readonly build?: BuildState;
}

/** An expected error for a Nix process that failed, with the tail of the failed build's log where there is one. */
export function classifyNixFailure(failure: NixFailure): StrataError {
  const build = failure.build ?? EMPTY_BUILD_STATE;
  const text = failure.messages.join('\n');
  const logs = failedDerivations(build).flatMap((derivation) => derivation.logTail);

  for (const rule of RULES) {
    const subject = rule.inLogs ? [text, ...logs].join('\n') : text;
    const match = rule.pattern.exec(subject);
    if (match === null) continue;
    return new StrataError(rule.code, rule.message(match), {
      ...(rule.hint === undefined ? {} : { hint: rule.hint }),
      details: { reason: rule.reason },
      log: text,
    });
  }
  return buildFailure(failure, build, text) ?? killed(failure, text) ?? otherFailure(failure, text);
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
      return fetchFailure(name, log, details) ?? builderFailure(first, text, log, details);
  }
}

interface BuildFailureDetails {
  readonly reason: string | null;
  readonly derivation: string;
  readonly derivations: readonly string[];
  readonly machine: string | null;
}

/** A derivation that fetches something, and could not. */
function fetchFailure(name: string, log: string, details: BuildFailureDetails): StrataError | undefined {
  const match = UNREACHABLE.exec(log);
  if (match === null) return undefined;
  const [, url, why] = match;
  return new StrataError('network', `${name} could not fetch ${url}: ${why?.trim()}.`, {
    hint: 'Check the network connection; the file may also have gone from its address.',
    details: { ...details, reason: 'unreachable' },
    log,
  });
}

function builderFailure(
  { derivation }: DerivationState,
  text: string,
  log: string,
  details: BuildFailureDetails,
): StrataError {
  const why = reasonIn(text, derivation);
  return new StrataError('build-failed', `Building ${derivationName(derivation)} failed: ${why}.`, {
    hint: `The whole log: nix-store --read-log ${derivation}`,
    details,
    log,
  });
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

/** Nobody here sends that signal, apart from Linux, when memory runs out: evaluating nixpkgs takes gigabytes of it. */
function killed({ program, signal }: NixFailure, text: string): StrataError | undefined {
  if (signal !== 'SIGKILL') return undefined;
  return new StrataError('nix-failed', `${program} was killed, most likely because memory ran out.`, {
    hint: 'Close other programs, or work on a machine with more memory.',
    details: { reason: 'killed' },
    log: text,
  });
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
