import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Does something while no other process does anything with the same lock file; where one does, says so and waits. The
 * kernel takes the lock back however this process ends: what holds it reads from this process, until there is no more.
 *
 * @throws Error where the file cannot be made, or there is no flock (of util-linux)
 */
export async function withLock<T>(
  file: string,
  note: (line: string) => void,
  action: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  let release = await hold(file, '--nonblock');
  if (release === undefined) {
    note(`waiting for another run, which has ${file} …`);
    release = await hold(file);
  }
  if (release === undefined) throw new Error(`There is no lock to be had on ${file}.`);
  try {
    return await action();
  } finally {
    await release();
  }
}

/** What lets go of the lock; undefined where it is not given. */
async function hold(file: string, ...options: readonly string[]): Promise<(() => Promise<void>) | undefined> {
  const holder = spawn('flock', [...options, file, 'sh', '-c', 'echo held && exec cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    // A signal for the group of this process must not let go of the lock before this process ends.
    detached: true,
  });
  const ended = once(holder, 'close');
  const held = await Promise.race([once(holder.stdout, 'data').then(() => true), ended.then(() => false)]);
  if (!held) return undefined;
  return async () => {
    holder.stdin.end();
    await ended;
  };
}
