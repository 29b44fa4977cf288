import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Cancelled } from '../../shared/errors.ts';
import { resourcePath } from '../files/paths.ts';
import { temporaryDirectory } from '../files/with-temporary-file.ts';
import type { NixEvent } from './events.ts';
import { parseInternalJson } from './internal-json.ts';
import { type NixRunContext, nixMissing, startNix } from './run.ts';

/** What a session is asked: names of a set, as nix/catalog-session.nix takes them. */
export interface Slice {
  readonly path: readonly string[];
  readonly names: readonly string[];
}

export interface SliceAnswer {
  /** One for each name, in their order, up to the first that cannot be evaluated. */
  readonly answers: readonly unknown[];
  /** What Nix said about the one after; empty where all were answered. */
  readonly messages: readonly string[];
  /** The process ended over it, or took longer than a run of Nix may: the session is of no more use. */
  readonly hasEnded: boolean;
}

/** A process of Nix that keeps what it has evaluated, and goes on after an error. */
export interface EvaluationSession {
  read(slice: Slice): Promise<SliceAnswer>;
  /** Resident memory of the process; null where the machine does not tell. */
  memoryBytes(): Promise<number | null>;
  close(): Promise<void>;
}

const MESSAGES_KEPT = 100;
const LAST_WORDS_MS = 500;

/**
 * Starts `nix repl` on nix/catalog-session.nix. Of the programs of Nix it alone catches every error and keeps what is
 * evaluated: with others, each attribute that is broken costs a new start. All that it is told is ASCII that is written
 * here: what is asked goes by files.
 *
 * @throws StrataError `nix-missing`, `file-system`; Cancelled, by each call
 */
export async function startEvaluation(request: unknown, context: NixRunContext): Promise<EvaluationSession> {
  if (context.signal?.aborted) throw new Cancelled();
  const directory = await temporaryDirectory();
  const { timeoutSeconds } = context;
  const token = randomBytes(16).toString('hex');
  await writeFile(join(directory, 'request.json'), JSON.stringify(request));
  const { subprocess, end, finish } = startNix(
    { program: 'nix', args: ['repl', '--extra-experimental-features', 'nix-command'], isSession: true },
    {
      ...context,
      env: {
        ...context.env,
        STRATA_SESSION: resourcePath('nix', 'catalog-session.nix'),
        STRATA_SESSION_DIRECTORY: directory,
        // The repl keeps a history of what it is told: not among the user's own.
        XDG_DATA_HOME: directory,
        NIX_DATA_HOME: directory,
        ...memoryLimits(context.env),
      },
    },
  );
  const { stdin, stderr, pid } = subprocess;
  // Writing to a process that has ended is no error of its own: its end is told by `hasEnded`.
  stdin?.on('error', () => undefined);

  let answers: unknown[] = [];
  let messages: string[] = [];
  let asked = 0;
  let done: (() => void) | undefined;
  let hasEnded = false;
  const note = (line: string): void => {
    if (!line.includes(token)) {
      for (const event of parseInternalJson(line)) {
        // Each session says again what opening the source has said; what it fetches or builds is its own.
        if (event.type !== 'message') context.onEvent?.(event);
        else if (isError(event) && messages.length < MESSAGES_KEPT) messages.push(event.text);
      }
      return;
    }
    const said = tracedText(line, token);
    if (said === `done ${asked}`) done?.();
    else if (said !== undefined) answers.push(JSON.parse(said));
  };
  const lines = stderr && createInterface({ input: stderr }).on('line', note);
  const allRead = lines ? once(lines, 'close') : undefined;
  const ended = subprocess.then(async (result) => {
    // Its last words may still be on their way; what it left behind may hold the pipe open for ever.
    await Promise.race([allRead, delay(LAST_WORDS_MS, undefined, { ref: false })]);
    hasEnded = true;
    done?.();
    return result;
  });
  const close = async (): Promise<void> => {
    context.signal?.removeEventListener('abort', stop);
    stop();
    await ended;
    await finish();
    await rm(directory, { recursive: true, force: true });
  };
  const stop = (): void => {
    stdin?.destroy();
    end();
  };
  context.signal?.addEventListener('abort', stop, { once: true });
  const tell = (line: string): void => {
    if (!hasEnded) stdin?.write(`${line}\n`);
  };
  tell(
    'session = import (builtins.getEnv "STRATA_SESSION") { requestFile = builtins.getEnv "STRATA_SESSION_DIRECTORY" + "/request.json"; }',
  );

  return {
    async read(slice) {
      asked += 1;
      answers = [];
      messages = [];
      const file = join(directory, `${asked}.json`);
      await writeFile(file, JSON.stringify({ token, ...slice }));
      const timer =
        timeoutSeconds === undefined
          ? undefined
          : setTimeout(() => {
              messages.push(`error: it did not finish within ${timeoutSeconds} s`);
              stop();
            }, timeoutSeconds * 1000);
      await new Promise<void>((resolve) => {
        done = resolve;
        if (hasEnded) resolve();
        tell(`session.read (builtins.getEnv "STRATA_SESSION_DIRECTORY" + "/${asked}.json")`);
        tell(`builtins.trace "${token} done ${asked}" null`);
      });
      clearTimeout(timer);
      await rm(file, { force: true });
      if (context.signal?.aborted) throw new Cancelled();
      if (hasEnded) {
        const result = await ended;
        if ('code' in result && result.code === 'ENOENT') throw nixMissing('nix');
      }
      return { answers, messages, hasEnded };
    },
    memoryBytes: () => residentBytes(pid),
    close,
  };
}

/** Not what the source itself traces; the stack overflow of old versions of Nix is no record of its log. */
function isError({ level, text }: Extract<NixEvent, { readonly type: 'message' }>): boolean {
  return (level === 'error' || level === 'notice') && !text.startsWith('trace: ');
}

/** What nix/catalog-session.nix traced, of a line of the log. */
function tracedText(line: string, token: string): string | undefined {
  const record: unknown = JSON.parse(line.replace(/^@nix /, ''));
  if (typeof record !== 'object' || record === null || !('msg' in record)) return undefined;
  const prefix = `trace: ${token} `;
  const text = String(record.msg);
  return text.startsWith(prefix) ? text.slice(prefix.length) : undefined;
}

/**
 * Nix starts with a third of a gigabyte of heap and fills that before it looks for what can be freed. The upper limit
 * turns what would take all memory of the machine into the end of one process (bdw-gc, README.environment).
 */
function memoryLimits(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    GC_INITIAL_HEAP_SIZE: env.GC_INITIAL_HEAP_SIZE ?? String(64 * 2 ** 20),
    GC_MAXIMUM_HEAP_SIZE: env.GC_MAXIMUM_HEAP_SIZE ?? String(2 * 2 ** 30),
  };
}

async function residentBytes(pid: number | undefined): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}
