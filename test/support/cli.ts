import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';

export const repositoryRoot = resolve(import.meta.dirname, '../..');

export interface CliResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Runs the command line from source, as a process of its own, and never throws. */
export async function strata(
  args: readonly string[],
  { cwd, env, signal }: CliOptions = {},
): Promise<CliResult> {
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [join(repositoryRoot, 'src/main/cli.ts'), ...args],
    {
      reject: false,
      env: { NO_COLOR: '1', ...env },
      ...(cwd === undefined ? {} : { cwd }),
      ...(signal === undefined ? {} : { cancelSignal: signal }),
    },
  );
  return { exitCode, stdout, stderr };
}

/** A new directory with a name that says what it is for, and how to take it away again. */
export async function temporaryDirectory(
  purpose: string,
): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), `strata-${purpose}-`));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
