import { execa } from 'execa';
import { z } from 'zod';
import { Cancelled, StrataError } from '../../../shared/errors.ts';
import { ANONYMOUS, type Credentials } from './credentials.ts';
import { secret } from './secret.ts';

const answerSchema = z.looseObject({ Username: z.string(), Secret: z.string() });
const HELPER_TIMEOUT_MS = 60_000;
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
  const result = await execa(program, ['get'], {
    input: server,
    env,
    extendEnv: false,
    reject: false,
    timeout: HELPER_TIMEOUT_MS,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  if (result.isCanceled) throw new Cancelled();
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
  const why = result.timedOut ? `gave no answer in ${HELPER_TIMEOUT_MS / 1000} s` : `failed for ${server}`;
  throw new StrataError('registry-unauthorized', `The credential helper ${program} ${why}.`, {
    log: `${result.stdout}\n${result.stderr}`.trim(),
  });
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
