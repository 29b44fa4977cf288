import { storePathName } from '../../engine/graph/closure-graph.ts';
import type { BuildState, DerivationState } from './build-state.ts';
import { DerivationFailed, derivationName } from './derivation-failed.ts';
import { builderGone } from './disconnections.ts';
import { failedBuilds } from './failed-builds.ts';
import {
  cacheOfFile,
  DOWNLOAD,
  downloadReason,
  type FailedSubstitution,
  failedSubstitution,
  SUBSTITUTION,
} from './failed-downloads.ts';
import { readLogCommand } from './read-log.ts';

interface Said {
  readonly messages: readonly string[];
  readonly warnings: readonly string[];
  /** That builds, see {@link readLogCommand}. */
  readonly store?: string | undefined;
}

/** What a run of Nix says of the derivation that failed first, as an error; undefined where none did. */
export function describeFailedBuild(build: BuildState, said: Said): DerivationFailed | undefined {
  const failed = Object.values(build.derivations).filter(({ state }) => state === 'failed');
  const culprits = failed.filter(({ reason }) => reason !== 'dependency');
  const first = culprits[0] ?? failed[0];
  if (first === undefined) return undefined;
  // What waited for it says nothing of its own, and names derivations that nobody has asked for.
  const messages = said.messages.filter((message) => !isDependents(message) || culprits.length === 0);
  const details = {
    reason: first.reason,
    derivation: first.derivation,
    derivations: culprits.map(({ derivation }) => derivation),
    machine: first.machine,
  };
  return describe(first, { ...said, messages, details, build });
}

interface Facts extends Said {
  readonly details: object;
  readonly build: BuildState;
}

function describe(failed: DerivationState, facts: Facts): DerivationFailed {
  switch (failed.reason) {
    case 'timeout':
      return tookTooLong(failed, facts);
    case 'hash-mismatch':
      return otherContent(failed, facts);
    case 'no-builder':
      return notBuiltHere(failed, facts);
    case 'substitution':
      return notSubstituted(failed, facts);
    case 'dependency':
      return new DerivationFailed('build-failed', failed.derivation, 'could not be built', {
        details: facts.details,
        log: facts.messages.join('\n'),
      });
    default:
      return notFetched(failed, facts) ?? builderGone(failed, facts) ?? notBuilt(failed, facts);
  }
}

function isDependents(message: string): boolean {
  return failedBuilds(message).some(({ reason }) => reason === 'dependency');
}

function tookTooLong(
  { derivation, logTail }: DerivationState,
  { messages, details }: Facts,
): DerivationFailed {
  const limit = /timed out after (\d+ seconds(?: of silence)?)/.exec(messages.join('\n'))?.[1];
  const what = `took too long to build${limit === undefined ? '' : `: it was ended after ${limit}`}`;
  return new DerivationFailed('build-timeout', derivation, what, {
    hint: "Nix's settings timeout and max-silent-time set the limit, in seconds: 0 is none.",
    action: { action: 'set-nix-option', name: 'timeout', value: '0' },
    details,
    log: logTail.length > 0 ? logTail.join('\n') : messages.join('\n'),
  });
}

function otherContent({ derivation }: DerivationState, { messages, details }: Facts): DerivationFailed {
  const log = messages.join('\n');
  const message = messages.find((each) => each.includes(derivation)) ?? log;
  const [, specified, got] = /specified:\s*(\S+)\s+got:\s*(\S+)/.exec(message) ?? [];
  const how = got === undefined ? '' : `: its hash is ${got} instead of ${specified}`;
  return new DerivationFailed('build-failed', derivation, `is not what the package expects${how}`, {
    hint: 'What it is fetched from has changed. Use another revision of the package source.',
    details,
    log,
  });
}

const SYSTEM_HINT =
  'A binary cache may have the package ready, or this machine may be let run programs of that system (binfmt_misc with ' +
  'qemu-user, and extra-platforms in nix.conf).';
const FEATURE_HINT = 'If this machine has it, say so with system-features in nix.conf.';

/** Up to 2.30 Nix says in one sentence what is needed and what there is; since then each by itself. */
function notBuiltHere({ derivation }: DerivationState, { messages, details }: Facts): DerivationFailed {
  const log = messages.join('\n');
  const message = messages.find((each) => each.includes(derivation)) ?? log;
  const older =
    /a '([^']+)' with features \{([^}]*)\} is required to build '[^']+', but I am a '([^']+)'/.exec(message);
  const system = older?.[1] ?? /Required system: '([^']+)'/.exec(message)?.[1];
  const here = older?.[3] ?? /Current system: '([^']+)'/.exec(message)?.[1];
  const features =
    older?.[2] ??
    /(?:Required features:|Required system: '[^']+' with features) \{([^}]*)\}/.exec(message)?.[1];
  const isForHere = system === undefined || system === here;
  const needs = isForHere && features ? `a machine with the feature ${features}` : `a machine for ${system}`;
  const what = `cannot be built here: it needs ${needs}`;
  return new DerivationFailed('unsupported-system', derivation, what, {
    hint: isForHere ? FEATURE_HINT : SYSTEM_HINT,
    action: { action: 'set-option', option: 'builders' },
    details,
    log,
  });
}

const FALLBACK = {
  hint: 'Try again, or have it built instead.',
  action: { action: 'set-nix-option', name: 'fallback', value: 'true' },
} as const;

const NOT_SUBSTITUTED =
  /some substitutes for the outputs of|some references of path|is required, but there is no substituter/;

function notSubstituted(failed: DerivationState, { messages, details, build }: Facts): DerivationFailed {
  // That substitutes failed, and what Nix's own programs are told then, is said in our words.
  const log = messages.filter((message) => !NOT_SUBSTITUTED.test(message)).join('\n');
  const substitution = SUBSTITUTION.exec(log);
  const download = DOWNLOAD.exec(log);
  const { path, cache, why } =
    substitution !== null
      ? failedSubstitution(substitution, build.cacheFiles)
      : failedDownload(download, build.cacheFiles);
  const from = cache ?? offeredBy(failed, build) ?? 'a binary cache';
  const code = substitution === null ? 'network' : 'build-failed';
  // Nix names the derivation that it has given up, also where it is something else of its closure that is not there.
  const isOther = path !== undefined && !isOutput(path, failed.derivation);
  const what = `${isOther ? `needs ${storePathName(path)}, which ` : ''}could not be had from ${from}: ${why}`;
  return new DerivationFailed(code, failed.derivation, what, { ...FALLBACK, details, log });
}

function failedDownload(
  match: RegExpExecArray | null,
  cacheFiles: BuildState['cacheFiles'],
): FailedSubstitution {
  if (match === null) return { path: undefined, cache: undefined, why: 'Nix gives no reason' };
  const [, url = ''] = match;
  return { path: cacheFiles[url], cache: cacheOfFile(url), why: downloadReason(match) };
}

/** By its name; outputs other than `out` have theirs after it. */
function isOutput(path: string, derivation: string): boolean {
  return storePathName(path).startsWith(derivationName(derivation));
}

/** Where an output of a derivation was to be fetched from. */
function offeredBy({ derivation }: DerivationState, { downloads, caches }: BuildState): string | undefined {
  const offered = Object.values(downloads).find(
    ({ path, from }) => from !== null && isOutput(path, derivation),
  );
  return offered?.from ?? (caches.length === 1 ? caches[0] : undefined);
}

/** A derivation that fetches something, and could not. */
function notFetched(
  { derivation, logTail }: DerivationState,
  { details }: Facts,
): DerivationFailed | undefined {
  const log = logTail.join('\n');
  const match = DOWNLOAD.exec(log);
  if (match === null) return undefined;
  return new DerivationFailed(
    'network',
    derivation,
    `could not be fetched from ${match[1]}: ${downloadReason(match)}`,
    {
      hint: 'Check the network connection; the file may also have gone from its address.',
      details: { ...details, reason: 'unreachable' },
      log,
    },
  );
}

function notBuilt(failed: DerivationState, { messages, warnings, details, store }: Facts): DerivationFailed {
  const { derivation, logTail } = failed;
  const hints = [untrusted(derivation, warnings), `The whole log: ${readLogCommand(derivation, store)}`];
  return new DerivationFailed(
    'build-failed',
    derivation,
    `failed to build: ${reasonIn(messages, derivation)}`,
    {
      hint: hints.filter((hint) => hint !== undefined).join('\n'),
      details,
      log: logTail.length > 0 ? logTail.join('\n') : messages.join('\n'),
    },
  );
}

/** That a binary cache has what failed here, if it does. */
function untrusted(derivation: string, warnings: readonly string[]): string | undefined {
  const name = derivationName(derivation);
  for (const warning of warnings) {
    const [, path = '', cache] =
      /substitute for '([^']+)' from '([^']+)',? .*not signed by any of the keys/.exec(warning) ?? [];
    if (storePathName(path) === name)
      return `${cache} has it ready, signed by no key that is trusted here (trusted-public-keys in nix.conf).`;
  }
  return undefined;
}

/** The clause of Nix's own message about a failed builder, such as `exit code 3`. */
function reasonIn(messages: readonly string[], derivation: string): string {
  const message = messages.find((each) => each.includes(derivation)) ?? messages.join('\n');
  const forbidden =
    /is not allowed to (?:refer to|have direct references to)[^\n]*paths?:\s+((?:\S+\s*)+)/.exec(
      message,
    )?.[1];
  if (forbidden !== undefined) {
    return `it refers to ${forbidden.trim().split(/\s+/).map(storePathName).join(', ')}, which it must not`;
  }
  const missing = /failed to produce output path for output '([^']+)'/.exec(message)?.[1];
  if (missing !== undefined) return `it made no output ${missing}`;
  const cycle = /references of output '([^']+)' from output '([^']+)'/.exec(message);
  if (cycle !== null) return `its outputs ${cycle[1]} and ${cycle[2]} refer to each other`;
  const clause =
    /Reason: (?:builder failed (?:with|due to) )?([^\n]+)|failed (?:with|due to) ([^;\n]+)|failed: ([^\n]+)/.exec(
      message,
    );
  const [, newer, older, remote] = clause ?? [];
  return (newer ?? older ?? remote ?? 'Nix gives no reason').replace(/\.$/, '');
}
