import { chmodSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';
import { clearDeadSessions, openSession } from '../files/sessions.ts';

/** Where root file systems of runs are. */
function runsDirectory(cacheDirectory: string): string {
  return join(cacheDirectory, 'runs');
}

/** A new directory for a run. What runs that were killed have left goes first. */
export function openRunDirectory(cacheDirectory: string): string {
  const parent = runsDirectory(cacheDirectory);
  makeDirectory(parent);
  clearDeadSessions(parent, removeTree);
  return openSession(parent).directory;
}

/** Removes a directory, also where programs have closed parts of it to whom they ran as. */
export function removeTree(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true });
  } catch {
    openUp(directory);
    rmSync(directory, { recursive: true, force: true });
  }
}

function openUp(directory: string): void {
  chmodSync(directory, 0o700);
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    if (lstatSync(path).isDirectory()) openUp(path);
  }
}
