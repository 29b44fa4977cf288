import { realpath } from 'node:fs/promises';
import { execa } from 'execa';
import type { NixSetting } from './settings.ts';

/**
 * Lets builders find this machine's /bin/sh, with the loader and the libraries that it needs, in a sandbox that has no
 * shell. Nothing where that cannot be told: the build then says what is missing.
 */
export async function sandboxShell(env: NodeJS.ProcessEnv): Promise<NixSetting[]> {
  try {
    const { stdout } = await execa('ldd', ['/bin/sh'], { env: { ...env, LC_ALL: 'C' }, extendEnv: false });
    // `libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)` and `/lib64/ld-linux-x86-64.so.2 (0x…)`
    const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].flatMap(([, path]) => path ?? []);
    return [
      ['extra-sandbox-paths', (await Promise.all(['/bin/sh', ...libraries].map(atItsPlace))).join(' ')],
    ];
  } catch {
    return [];
  }
}

/** Newer versions of Nix copy a link into the sandbox as a link, and what it points to is not there. */
async function atItsPlace(path: string): Promise<string> {
  return `${path}=${await realpath(path)}`;
}
