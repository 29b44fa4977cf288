import { copyFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { Cancelled, StrataError, throwIfCancelled } from '../../../shared/errors.ts';
import { makeDirectory } from '../../files/make-directory.ts';
import { sha256Of } from '../../files/read-pieces.ts';
import { clearDeadSessions, openSession } from '../../files/sessions.ts';
import type { Deb } from '../debset.ts';

/** Where a package is once it has been downloaded. */
export function debPath(directory: string, sha256: string): string {
  return join(directory, `${sha256}.deb`);
}

export interface DownloadProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

const APT_ARCHIVES = '/var/cache/apt/archives';

/**
 * Puts each package into `directory` as `<sha256>.deb`, through apt, which knows the machine's mirrors, proxies and
 * keys. A file gets its name only when its bytes have the hash, so any number of processes may do this at once.
 *
 * @throws StrataError `source-unavailable` when the archive no longer has a version that the lists name, `network` when
 * it cannot be reached, `check-failed` when what came is not what the lists promise
 */
export async function downloadDebs(
  debs: readonly Deb[],
  directory: string,
  { signal, onProgress }: DownloadOptions = {},
): Promise<void> {
  makeDirectory(directory);
  const present = new Set(await readdir(directory));
  const wanted = new Map(debs.map((deb) => [deb.sha256, deb]));
  for (const sha256 of wanted.keys()) if (present.has(`${sha256}.deb`)) wanted.delete(sha256);
  if (wanted.size === 0) return;

  // Beside the packages: what lies among them is one.
  const sessions = `${directory}-partial`;
  makeDirectory(sessions);
  clearDeadSessions(sessions);
  const { directory: partial } = openSession(sessions);
  try {
    await takeFromApt([...wanted.values()], partial);
    await admit(partial, directory, wanted);
    if (wanted.size === 0) return;
    await runAptDownload([...wanted.values()], partial, { signal, onProgress });
    await admit(partial, directory, wanted);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  throwIfCancelled(signal);
  if (wanted.size > 0) {
    const names = [...wanted.values()].map(({ file }) => file);
    throw new StrataError(
      'check-failed',
      `apt delivered files that differ from its lists: ${names.join(', ')}`,
      {
        hint: 'Run `apt-get update` as root and try again. If it stays, the mirror is damaged.',
        details: names,
      },
    );
  }
}

/** Copies what apt itself has kept from installing packages on this machine. */
async function takeFromApt(debs: readonly Deb[], partial: string): Promise<void> {
  for (const deb of debs) {
    const file = `${deb.package}_${deb.version.replaceAll(':', '%3a')}_${deb.architecture}.deb`;
    await copyFile(join(APT_ARCHIVES, file), join(partial, file)).catch(() => undefined);
  }
}

/** Gives every file whose hash is wanted its place, and takes it off the list. */
async function admit(partial: string, directory: string, wanted: Map<string, Deb>): Promise<void> {
  for (const file of await readdir(partial)) {
    const path = join(partial, file);
    if (!(await stat(path)).isFile()) continue;
    const sha256 = await sha256Of(path);
    if (wanted.delete(sha256)) await rename(path, debPath(directory, sha256));
    else await rm(path);
  }
}

async function runAptDownload(
  debs: readonly Deb[],
  partial: string,
  { signal, onProgress }: DownloadOptions,
): Promise<void> {
  const totalBytes = debs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  onProgress?.({ doneBytes: 0, totalBytes });
  // As root, apt would hand the work to the user _apt, who may not write here.
  const asRoot = process.getuid?.() === 0 ? ['-o', 'APT::Sandbox::User=root'] : [];
  const names = debs.map((deb) => `${deb.package}=${deb.version}`);
  const subprocess = execa('apt-get', ['download', '-q', ...asRoot, '-o', 'APT::Status-Fd=3', ...names], {
    cwd: partial,
    reject: false,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: { LC_ALL: 'C.UTF-8' },
    ...(signal && { cancelSignal: signal }),
  });
  for await (const line of subprocess.iterable({ from: 'fd3' })) {
    // dlstatus:<packages so far>:<percent>:<description>
    const percent = /^dlstatus:\d+:([\d.]+):/.exec(line)?.[1];
    if (percent !== undefined) {
      onProgress?.({
        doneBytes: Math.round((totalBytes * Math.min(Number(percent), 100)) / 100),
        totalBytes,
      });
    }
  }
  const result = await subprocess;
  if (result.isCanceled) throw new Cancelled();
  if (result.failed) throw downloadFailure(String(result.stderr ?? ''), result);
  onProgress?.({ doneBytes: totalBytes, totalBytes });
}

function downloadFailure(log: string, cause: unknown): StrataError {
  if (/404 +Not Found|was not found/.test(log)) {
    return new StrataError(
      'source-unavailable',
      "The archive no longer has versions that this machine's package lists name.",
      {
        hint: 'Run `sudo apt-get update` and try again.',
        log,
        cause,
      },
    );
  }
  return new StrataError('network', 'apt could not download the packages of the starter set.', {
    hint: 'Check that this machine reaches its package mirror: `sudo apt-get update` should pass.',
    log,
    cause,
  });
}
