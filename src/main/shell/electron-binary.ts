import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { readOwnJson } from '../files/own-json.ts';
import { writeOwnFile } from '../files/write-whole.ts';

const TRIED_AGAIN_AFTER_MS = 24 * 60 * 60 * 1000;
const FETCH_MS = 5 * 60 * 1000;
const attemptSchema = z.object({ at: z.number(), why: z.string() });

export interface ElectronBinaryOptions {
  /** The directory of the `electron` npm package. */
  readonly packageDirectory: string;
  /** Keeps that a download failed, so that not every start waits for it. */
  readonly cacheDirectory: string;
  readonly now: () => number;
  readonly note: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The Electron binary: where the npm package has it, else downloaded by the package's own script, which checks it
 * against the package's checksums. A download that failed is tried again after a day.
 */
export async function electronBinary(
  options: ElectronBinaryOptions,
): Promise<{ readonly binary: string } | { readonly why: string }> {
  const { packageDirectory, cacheDirectory, now, note, signal } = options;
  const present = installedBinary(packageDirectory);
  if (present !== undefined) return { binary: present };
  const script = join(packageDirectory, 'install.js');
  if (!existsSync(script)) return { why: 'Electron is not among the installed Node packages.' };

  const attemptFile = join(cacheDirectory, 'electron-download.json');
  const last = readOwnJson(attemptFile, attemptSchema);
  if (last !== undefined && now() - last.at < TRIED_AGAIN_AFTER_MS) return { why: last.why };
  note('downloading Electron …');
  const result = await execa(process.execPath, [script], {
    reject: false,
    stdin: 'ignore',
    timeout: FETCH_MS,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  const fetched = installedBinary(packageDirectory);
  if (fetched !== undefined) {
    rmSync(attemptFile, { force: true });
    return { binary: fetched };
  }
  const why = `Electron could not be downloaded (${reasonOf(result.stderr) || (result.shortMessage ?? 'no reason given')}).`;
  if (!result.isCanceled) await writeOwnFile(attemptFile, JSON.stringify({ at: now(), why }));
  return { why };
}

function installedBinary(packageDirectory: string): string | undefined {
  try {
    const relative = readFileSync(join(packageDirectory, 'path.txt'), 'utf8').trim();
    const binary = join(process.env.ELECTRON_OVERRIDE_DIST_PATH || join(packageDirectory, 'dist'), relative);
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The program of an installed app, where this is its command line; undefined anywhere else.
 *
 * @param resources the directory that the app's archive lies in
 */
export function installedApp(resources: string): string | undefined {
  if (!existsSync(join(resources, 'app.asar'))) return undefined;
  return ['../strata-desktop', '../MacOS/Strata'].map((path) => join(resources, path)).find(existsSync);
}

/** The first line of an error without its stack. */
function reasonOf(stderr: string): string {
  const line = stderr.split('\n').find((each) => /error/i.test(each)) ?? '';
  return line
    .replace(/^.*?error:\s*/i, '')
    .trim()
    .replace(/[.\s]+$/, '');
}
