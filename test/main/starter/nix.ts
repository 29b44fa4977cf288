import { execa } from 'execa';
import type { PreparedStarter } from '../../../src/main/starter/prepare.ts';

/** Nix as a single user without a daemon, offline. */
export const NIX_ENVIRONMENT: Readonly<Record<string, string>> = {
  NIX_CONFIG: [
    'experimental-features = nix-command',
    'build-users-group =',
    'sandbox = false',
    'substituters =',
    'max-jobs = 2',
  ].join('\n'),
};

/** Nix code that imports the starter set with further arguments, such as `config.allowUnfree = true;`. */
export function importStarter({ path, arguments: { debset, debDir } }: PreparedStarter, more = ''): string {
  const quoted = [debset, debDir].map((file) => JSON.stringify(file));
  return `(import ${path} { debset = ${quoted[0]}; debDir = ${quoted[1]}; ${more} })`;
}

/** The value of an expression. */
export async function evaluate(expression: string): Promise<unknown> {
  const { stdout } = await execa('nix-instantiate', ['--eval', '--strict', '--json', '--expr', expression], {
    env: NIX_ENVIRONMENT,
  });
  return JSON.parse(stdout);
}

/** What Nix says when it refuses an expression. */
export async function refusal(expression: string): Promise<string> {
  const result = await execa('nix-instantiate', ['--expr', expression], {
    env: NIX_ENVIRONMENT,
    reject: false,
  });
  return result.failed ? result.stderr : 'not refused';
}

/** Output paths of the derivations that an expression gives. */
export async function build(expression: string, ...args: string[]): Promise<string[]> {
  const { stdout } = await execa('nix-build', ['--no-out-link', '--expr', expression, ...args], {
    env: NIX_ENVIRONMENT,
  });
  return stdout.split('\n');
}

/** What becomes of a build that may fail. */
export async function tryBuild(expression: string): Promise<{ exitCode: number | undefined; log: string }> {
  const result = await execa('nix-build', ['--no-out-link', '--expr', expression], {
    env: NIX_ENVIRONMENT,
    reject: false,
  });
  return { exitCode: result.exitCode, log: result.stderr };
}
