import { StrataError } from '../../shared/errors.ts';
import { RULES_WITHOUT_BUILD } from './binary-cache-rules.ts';
import { describeFailedBuild } from './build-failures.ts';
import { type BuildState, EMPTY_BUILD_STATE } from './build-state.ts';
import { storeGone } from './disconnections.ts';
import type { Rule, RuleFacts } from './error-rule.ts';
import { RULES } from './error-rules.ts';
import { type ErrorTrace, formatPosition, formatTrace, placeOf, summaryOf } from './error-trace.ts';

/** How a Nix process ended that should have ended otherwise. */
export interface NixFailure {
  readonly program: string;
  readonly exitCode: number | undefined;
  /** The signal that ended it, such as `SIGKILL`. */
  readonly signal?: string | undefined;
  /** What Nix, and programs that it ran, wrote about it, without colours, errors last. */
  readonly messages: readonly string[];
  readonly warnings?: readonly string[] | undefined;
  /** Of the last error. */
  readonly trace?: ErrorTrace | undefined;
  readonly build?: BuildState | undefined;
  /** The store that it worked in, where that is not the one that Nix chooses by itself. */
  readonly store?: string | undefined;
}

/** An expected error for a Nix process that failed, with the tail of the failed build's log where there is one. */
export function classifyNixFailure(failure: NixFailure): StrataError {
  const { messages, warnings = [], store } = failure;
  const build = failure.build ?? EMPTY_BUILD_STATE;
  const text = messages.join('\n');
  return (
    byRule(RULES, failure, build) ??
    describeFailedBuild(build, { messages, warnings, store }) ??
    storeGone(build, failure) ??
    byRule(RULES_WITHOUT_BUILD, failure, build) ??
    timedOut(failure, text) ??
    killed(failure, text) ??
    otherFailure(failure, text)
  );
}

function byRule(rules: readonly Rule[], failure: NixFailure, build: BuildState): StrataError | undefined {
  const text = withoutCode(failure.messages.join('\n'));
  const logs = Object.values(build.derivations)
    .filter(({ state }) => state === 'failed')
    .flatMap(({ logTail }) => logTail);
  const facts: RuleFacts = {
    caches: build.caches,
    cacheFiles: build.cacheFiles,
    unfetched: Object.values(build.downloads)
      .filter(({ path, state }) => state !== 'done' && path.startsWith('/'))
      .map(({ path }) => path),
  };
  for (const rule of rules) {
    const subject = [
      text,
      ...(rule.inLogs ? logs : []),
      ...(rule.inWarnings ? (failure.warnings ?? []) : []),
    ];
    const match = rule.pattern.exec(subject.join('\n'));
    if (match === null) continue;
    const message = rule.message(match, facts);
    const log = [...(rule.inWarnings ? (failure.warnings ?? []) : []), logOf(failure)].join('\n');
    return new StrataError(rule.code, message, {
      hint: rule.hint,
      action: rule.action?.(match),
      details: { reason: rule.reason },
      // A sentence of our own is not said twice.
      ...(log === message ? {} : { log }),
    });
  }
  return undefined;
}

/** Without the lines of code that Nix shows: they may hold any words, also those of our own errors. */
function withoutCode(text: string): string {
  return text.replace(/^ *\d* *\|.*$/gm, '');
}

/** What Nix said; of an evaluation, whose code it was, first. */
function logOf({ messages, trace }: NixFailure): string {
  if (trace === undefined || (trace.cause.at === null && trace.steps.length === 0))
    return messages.join('\n');
  const traced = messages.at(-1) ?? '';
  return [...messages.slice(0, -1), formatTrace(trace, traced)].join('\n');
}

function timedOut({ exitCode }: NixFailure, text: string): StrataError | undefined {
  if (exitCode !== 101) return undefined;
  return new StrataError('build-timeout', 'A build took too long.', {
    details: { reason: 'timeout' },
    log: text,
  });
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
  const { program, exitCode, trace } = failure;
  if (program === 'nix-instantiate' || EVALUATION.test(text)) {
    const summary = evaluationSummary(trace) || firstSentence(text) || endOf(failure);
    return new StrataError('evaluation-failed', `The package source could not be evaluated: ${summary}.`, {
      details: { reason: 'evaluation', summary, ...(trace === undefined ? {} : { place: placeOf(trace) }) },
      log: logOf(failure),
    });
  }
  return new StrataError('nix-failed', `${program} failed: ${firstSentence(text) || endOf(failure)}.`, {
    details: { reason: 'other', exitCode: exitCode ?? null },
    log: text,
  });
}

/** What failed and where: `attribute 'x' missing, at default.nix:3:5`. */
function evaluationSummary(trace: ErrorTrace | undefined): string {
  if (trace === undefined) return '';
  const place = placeOf(trace);
  return `${summaryOf(trace)}${place === null ? '' : `, at ${formatPosition(place)}`}`;
}

function endOf({ program, exitCode }: NixFailure): string {
  return `${program} ended with status ${exitCode ?? 'unknown'}`;
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
