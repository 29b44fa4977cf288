import { execa } from 'execa';
import { z } from 'zod';
import { Cancelled, StrataError } from '../../../shared/errors.ts';
import { secret } from '../../log/secret.ts';
import { ANONYMOUS, type Credentials } from './credentials.ts';

const answerSchema = z.looseObject({ Username: z.string(), Secret: z.string() });
const HELPER_TIMEOUT_MS = 60_000;
/** An answer is a name and a secret; more is a helper gone wrong. */
const LONGEST_ANSWER = 1_000_000;
/** A helper's way to say that the secret is an identity token. */
const TOKEN_USER = '<token>';

/**
 * Asks `docker-credential-NAME get`, with the server's name on its standard input (docker-credential-helpers
 * protocol). A helper that knows nothing of the server gives anonymous credentials.
 *
 * @throws StrataError `registry-unauthorized` where the helper is missing or fails.
 */
export async function askCredentialHelper(
  name: string,
  server: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<Credentials> {
  const program = `docker-credential-${name}`;
  if (signal?.aborted) throw new Cancelled();
  const result = await runBounded(program, server, env, signal);
  if (signal?.aborted) throw new Cancelled();
  if (result.brokenOff !== undefined) throw helperFailure(program, server, result.brokenOff);
  if (result.exitCode === 0) {
    const parsed = answerSchema.safeParse(parseJson(result.stdout));
    if (!parsed.success) {
      throw new StrataError(
        'registry-unauthorized',
        `${program} did not answer with a user name and a secret.`,
      );
    }
    const { Username, Secret } = parsed.data;
    if (Username === TOKEN_USER) return { type: 'identity-token', token: secret(Secret) };
    return { type: 'basic', username: Username, password: secret(Secret) };
  }
  if (/credentials not found/i.test(`${result.stdout}${result.stderr}`)) return ANONYMOUS;
  if (result.code === 'ENOENT') {
    throw new StrataError('registry-unauthorized', `The credential helper ${program} is not installed.`, {
      hint: `Install it, or remove "${name}" from credHelpers and credsStore of your container tools' configuration.`,
    });
  }
  throw helperFailure(program, server, `failed for ${server}`);
}

interface HelperResult {
  readonly exitCode: number | undefined;
  /** The `errno` name where it could not be started. */
  readonly code: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it was ended, as the rest of a sentence about it. */
  readonly brokenOff: string | undefined;
}

/** Runs a helper in a process group of its own, of which nothing is left afterwards. */
async function runBounded(
  program: string,
  server: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<HelperResult> {
  const subprocess = execa(program, ['get'], {
    input: server,
    env,
    extendEnv: false,
    reject: false,
    detached: true,
    maxBuffer: LONGEST_ANSWER,
  });
  let brokenOff: string | undefined;
  const endGroup = (): void => {
    if (subprocess.pid === undefined) return;
    try {
      process.kill(-subprocess.pid, 'SIGKILL');
    } catch {
      // Nothing is left of it.
    }
  };
  const breakOff = (why: string): void => {
    brokenOff ??= why;
    endGroup();
  };
  const onAbort = (): void => breakOff('was stopped');
  const timer = setTimeout(breakOff, HELPER_TIMEOUT_MS, `gave no answer in ${HELPER_TIMEOUT_MS / 1000} s`);
  signal?.addEventListener('abort', onAbort, { once: true });
  for (const stream of [subprocess.stdout, subprocess.stderr]) {
    let bytes = 0;
    stream.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes > LONGEST_ANSWER) breakOff('answers without end');
    });
  }
  try {
    const { exitCode, code, stdout, stderr } = await subprocess;
    return { exitCode, code, stdout, stderr, brokenOff };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    endGroup();
  }
}

/** Nothing of what the helper says itself: its output may hold the secret. */
function helperFailure(program: string, server: string, what: string): StrataError {
  return new StrataError('registry-unauthorized', `The credential helper ${program} ${what}.`, {
    hint: `\`echo ${server} | ${program} get\` shows what is wrong with it.`,
  });
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
