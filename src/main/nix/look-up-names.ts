import type { NixInstallation } from './environment.ts';
import { type Findings, findPackages } from './find-packages.ts';
import type { OpenSource } from './open-source.ts';
import type { RequestedPackage } from './package-names.ts';
import type { ResolvedSource } from './source/resolved-source.ts';

/** Looks names up in a source that is open. The derivations of what is found are in the store afterwards. */
export function lookUpIn(
  { source, system, run, installation }: OpenSource,
  packages: readonly RequestedPackage[],
  importArguments: Readonly<Record<string, unknown>>,
): Promise<Findings> {
  run.onEvent?.({ type: 'phase', phase: 'lookup', text: 'Looking the packages up' });
  const hasShell = installation.hasSandboxShell || bringsShell(source, installation);
  return findPackages({ source: source.nix, importArguments, system, packages, hasShell }, run);
}

/** Whether the source is built outside the sandbox, or has the machine's programs in it. */
function bringsShell({ settings }: ResolvedSource, { canLeaveSandbox }: NixInstallation): boolean {
  return settings.some(
    ([name, value]) =>
      (name === 'sandbox' && value === 'false' && canLeaveSandbox) ||
      (name === 'sandbox-paths' && value.split(' ').some((path) => path.startsWith('/bin='))),
  );
}
