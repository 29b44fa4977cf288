import { join } from 'node:path';
import { execa } from 'execa';
import { physicalPath } from '../../../src/engine/graph/physical-path.ts';
import { cacheDirectory } from '../../../src/main/files/paths.ts';
import { addFiles } from '../../../src/main/nix/add-files.ts';
import { detectNix } from '../../../src/main/nix/environment.ts';
import { nixConfig } from '../../../src/main/nix/settings.ts';
import { machineSandbox } from '../../../src/main/nix/source/machine-sandbox.ts';
import { starterProblem } from '../../../src/main/nix/source/starter-hint.ts';
import { type PreparedStarter, prepareStarter } from '../../../src/main/starter/prepare.ts';

const installation = await detectNix();

/** Why this machine's Nix cannot build the starter set, or nothing when it can. */
export const whyNoStarter: string | undefined =
  installation.storeProblem !== null
    ? 'this user cannot reach the store of Nix'
    : starterProblem(installation)?.message;
if (whyNoStarter !== undefined) console.warn(`Skipped: what needs the starter set. ${whyNoStarter}`);

/** Nix offline, and with the sandbox that the starter set needs here. */
export const NIX_ENVIRONMENT: Readonly<Record<string, string>> = {
  NIX_CONFIG: nixConfig(
    [
      ...installation.settings,
      ['experimental-features', 'nix-command'],
      ['build-users-group', ''],
      ['substituters', ''],
      ['max-jobs', '2'],
      ...(installation.storeAccess === 'chroot' ? await machineSandbox() : [['sandbox', 'false'] as const]),
    ],
    undefined,
  ),
};

/** Where a store path lies on this machine's disk. */
export function onDisk(path: string): string {
  return physicalPath(installation.storeRoot, path);
}

/** Whether programs of the store find on this machine what they need of it. */
export const isStoreInPlace = installation.storeRoot === '';

/** The starter set, with what some attributes are made of in the store: a sandbox has no other files of this machine. */
export async function prepared(attributes: readonly string[] | 'all'): Promise<PreparedStarter> {
  const starter = await prepareStarter(attributes);
  await addFiles(starter.debs, join(cacheDirectory(), 'starter'), {
    env: { ...process.env, ...NIX_ENVIRONMENT },
    settings: [],
  });
  return starter;
}

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
