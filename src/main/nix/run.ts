import { execa } from 'execa';
import { Cancelled, StrataError } from '../../shared/errors.ts';
import { createBuildFollower } from './build-follower.ts';
import type { BuildState } from './build-state.ts';
import { DerivationFailed } from './derivation-failed.ts';
import type { ErrorTrace } from './error-trace.ts';
import { classifyNixFailure } from './errors.ts';
import type { MessageLevel, NixEvent, OnNixEvent } from './events.ts';
import { parseInternalJson } from './internal-json.ts';
import { endingOf } from './process-tree.ts';
import { progressFilter } from './progress-filter.ts';
import { type NixSetting, nixConfig, optionArguments } from './settings.ts';

/** The programs of Nix that Strata runs. */
type NixProgram = 'nix' | 'nix-build' | 'nix-hash' | 'nix-instantiate' | 'nix-store';

/** What all runs of one piece of work have in common. */
export interface NixRunContext {
  /** The environment to run in; `NIX_CONFIG` is added to, not replaced. */
  readonly env: NodeJS.ProcessEnv;
  /** What this machine and the package source need; nix.conf gives way, the user's own options do not. */
  readonly settings: readonly NixSetting[];
  /** The user's, as `--option`. */
  readonly options?: readonly NixSetting[] | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: OnNixEvent | undefined;
  /** Seconds after which a process is ended; undefined for no limit. */
  readonly timeoutSeconds?: number | undefined;
  readonly workingDirectory?: string | undefined;
  /** Whether `nix path-info` has `--json-format`, without which it warns, and one day fails (Nix from 2.33 on). */
  readonly hasJsonFormat?: boolean | undefined;
  /** Below which directory store paths lie on disk, for `physicalPath`; where they say, if left out. */
  readonly storeRoot?: string | undefined;
}

export interface NixRun {
  readonly program: NixProgram;
  readonly args: readonly string[];
  /** The store to work in, as `--store`; the one that Nix chooses where it is left out. */
  readonly store?: string | undefined;
  /** Another store that it copies from, for what is said where that fails. */
  readonly otherStore?: string | undefined;
  /** Exit statuses that are answers rather than failures; 0 where left out. */
  readonly expectedExitCodes?: readonly number[];
  /** It is told what to do by its stdin, while it runs; what it writes to stdout is not kept. */
  readonly isSession?: true;
}

export interface NixResult {
  readonly stdout: string;
  readonly exitCode: number;
  readonly messages: readonly string[];
}

/** Time for Nix to end its builders and remove what is half done, before it is killed. */
const GRACE_MS = 10_000;
const MAX_STDOUT_BYTES = 512 * 2 ** 20;
const MESSAGES_KEPT = 500;

/**
 * Runs a program of Nix: the only place in Strata that does. Never through a shell; in a process group of its own,
 * which is ended as a whole on cancel or when time is up. What Nix logs becomes events while it runs.
 *
 * @throws Cancelled once the processes are gone; StrataError for every other end that is not expected.
 */
export async function runNix(run: NixRun, context: NixRunContext): Promise<NixResult> {
  if (context.signal?.aborted) throw new Cancelled();
  const errors: string[] = [];
  const warnings: string[] = [];
  const notices: string[] = [];
  const said: Partial<Record<MessageLevel, string[]>> = { error: errors, warning: warnings, notice: notices };
  let trace: ErrorTrace | undefined;
  const build = createBuildFollower(() => 0);
  const isTooFine = progressFilter();
  const note = (event: NixEvent): void => {
    if (isTooFine(event)) return;
    build.note(event);
    if (event.type === 'message') {
      const kept = said[event.level];
      if (kept !== undefined && kept.length < MESSAGES_KEPT) kept.push(event.text);
      trace = event.trace ?? trace;
    }
    context.onEvent?.(event);
  };

  const { subprocess, end, finish } = startNix(run, context);
  let timedOut: readonly string[] | undefined;
  const timer =
    context.timeoutSeconds === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = runningDerivations(build.state());
          end();
        }, context.timeoutSeconds * 1000);
  context.signal?.addEventListener('abort', end, { once: true });
  try {
    for await (const line of subprocess.iterable({ from: 'stderr' })) parseInternalJson(line).forEach(note);
  } catch {
    // The iteration fails where the process does; `result` says how it ended.
  } finally {
    clearTimeout(timer);
    context.signal?.removeEventListener('abort', end);
  }
  const result = await subprocess;
  await finish();

  if (context.signal?.aborted) throw new Cancelled();
  if (timedOut !== undefined) {
    throw outOfTime(context.timeoutSeconds, timedOut);
  }
  if ('code' in result && result.code === 'ENOENT') throw nixMissing(run.program);
  if ('code' in result && result.code !== undefined) {
    throw new StrataError('nix-failed', `${run.program} could not be started: ${result.code}.`, {
      cause: result,
    });
  }
  if (result.exitCode !== undefined && (run.expectedExitCodes ?? [0]).includes(result.exitCode)) {
    note({ type: 'succeeded' });
    return { stdout: result.stdout ?? '', exitCode: result.exitCode, messages: [...notices, ...errors] };
  }
  throw classifyNixFailure({
    program: run.program,
    exitCode: result.exitCode,
    signal: result.signal,
    messages: [...notices, ...errors],
    warnings,
    trace,
    build: build.state(),
    store: run.store ?? run.otherStore ?? (context.storeRoot || undefined),
  });
}

/** A program of Nix that has been started, in a process group of its own. */
export interface StartedNix {
  readonly subprocess: ReturnType<typeof launch>;
  /** Ends it with all that it started. */
  readonly end: () => void;
  /** Returns when nothing is left of what was ended. */
  readonly finish: () => Promise<void>;
}

/** Starts a program of Nix that logs as `internal-json` to its stderr. */
export function startNix(run: NixRun, context: NixRunContext): StartedNix {
  const stop = new AbortController();
  const subprocess = launch(run, context, stop.signal);
  const ending = endingOf(subprocess.nodeChildProcess);
  return {
    subprocess,
    end() {
      ending.begin();
      stop.abort();
    },
    finish: ending.finish,
  };
}

function launch(run: NixRun, context: NixRunContext, cancelSignal: AbortSignal) {
  const args = [
    ...run.args,
    ...(run.store === undefined ? [] : ['--store', run.store]),
    '--log-format',
    'internal-json',
    // No more: from two on, SSH tells of its work too, and it cannot be told from what goes wrong.
    '-v',
    ...optionArguments(context.options ?? []),
  ];
  return execa(run.program, args, {
    env: {
      ...context.env,
      LC_ALL: 'C.UTF-8',
      NIX_CONFIG: nixConfig(context.settings, context.env.NIX_CONFIG, context.options),
    },
    extendEnv: false,
    stdin: run.isSession ? 'pipe' : 'ignore',
    reject: false,
    stdout: run.isSession ? 'ignore' : 'pipe',
    buffer: { stderr: false },
    maxBuffer: { stdout: MAX_STDOUT_BYTES },
    killDescendants: true,
    cancelSignal,
    forceKillAfterDelay: GRACE_MS,
    ...(context.workingDirectory === undefined ? {} : { cwd: context.workingDirectory }),
  });
}

/** What Nix writes on its way out says nothing: it was ended. */
function outOfTime(seconds: number | undefined, running: readonly string[]): StrataError {
  const action = { action: 'set-option', option: 'timeout' } as const;
  const details = { reason: 'timeout', running };
  const [derivation] = running;
  if (derivation === undefined)
    return new StrataError('build-timeout', `Nix did not finish within ${seconds} s.`, { action, details });
  const what = `was still being built when ${seconds} s were over`;
  return new DerivationFailed('build-timeout', derivation, what, { action, details });
}

export function nixMissing(program: string): StrataError {
  return new StrataError('nix-missing', `Nix is not installed: ${program} was not found.`, {
    hint: 'On Debian or Ubuntu: apt-get install nix-bin. Elsewhere: https://nixos.org/download',
  });
}

function runningDerivations(build: BuildState): string[] {
  return Object.values(build.derivations)
    .filter((derivation) => derivation.state === 'running')
    .map((derivation) => derivation.derivation);
}
