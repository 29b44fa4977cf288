import { realpath } from 'node:fs/promises';
import type { NixSetting } from '../settings.ts';

const PROGRAM_DIRECTORIES = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64'];

/**
 * A sandbox that has this machine's programs, for builders that are made of them where Nix cannot build without one: in a
 * store below another root, the store's paths are true only inside. It replaces what nix.conf brings into the sandbox,
 * because a `/bin/sh` of its own could not be put into the machine's `/bin`.
 */
export async function machineSandbox(): Promise<NixSetting[]> {
  const paths = await Promise.all(PROGRAM_DIRECTORIES.map(atItsPlace));
  return [
    ['sandbox', 'true'],
    ['sandbox-paths', paths.flat().join(' ')],
  ];
}

/** On most machines all but /usr are links into it, and newer versions of Nix would take links as what they are. */
async function atItsPlace(path: string): Promise<string[]> {
  try {
    return [`${path}=${await realpath(path)}`];
  } catch {
    return [];
  }
}
