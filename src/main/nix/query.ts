import { type NixRunContext, runNix } from './run.ts';

/** NAR hash of a store path, `sha256:` and base32. */
export async function queryHash(path: string, context: NixRunContext): Promise<string> {
  const { stdout } = await runNix({ program: 'nix-store', args: ['--query', '--hash', path] }, context);
  return stdout.trim();
}

/** NAR hash of a file or directory that is not in the store. */
export async function hashOf(path: string, context: NixRunContext): Promise<string> {
  const { stdout } = await runNix(
    { program: 'nix-hash', args: ['--type', 'sha256', '--base32', path] },
    context,
  );
  return `sha256:${stdout.trim()}`;
}
