import { runNix } from './run.ts';

export interface NixVersion {
  readonly version: string;
  readonly flavour: 'nix' | 'lix' | 'determinate';
  /** Compares the version of Nix itself, which forks keep beside their own. */
  readonly isAtLeast: (major: number, minor: number) => boolean;
}

/** `nix --version`. @throws StrataError `nix-missing`. */
export async function detectVersion(
  env: NodeJS.ProcessEnv = process.env,
  signal?: AbortSignal,
): Promise<NixVersion> {
  // Newer versions look for the daemon even for this, and fail where its socket may not be seen.
  const storeless = { ...env, NIX_REMOTE: 'dummy://' };
  const run = { env: storeless, settings: [], signal };
  const { stdout } = await runNix({ program: 'nix', args: ['--version'] }, run);
  return parseVersion(stdout);
}

/** Reads `nix (Nix) 2.8.0`, `nix (Lix, like Nix) 2.91.1` and `nix (Determinate Nix 3.6.2) 2.29.0`. */
export function parseVersion(text: string): NixVersion {
  const line = text.trim().split('\n')[0] ?? '';
  const version = /(\d+\.\d+\S*)$/.exec(line.trim())?.[1] ?? line;
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return {
    version,
    flavour: /\bLix\b/.test(line) ? 'lix' : /Determinate/.test(line) ? 'determinate' : 'nix',
    isAtLeast: (wantedMajor, wantedMinor) =>
      major > wantedMajor || (major === wantedMajor && minor >= wantedMinor),
  };
}
