import type { NixInstallation } from './environment.ts';
import { type Findings, findPackages } from './find-packages.ts';
import type { FoundPackage } from './lookup.ts';
import type { PackageProblem } from './lookup-problems.ts';
import { type OpenSource, openSource, type SourceOpening, type SourceRequest } from './open-source.ts';
import { formatAttribute, parseAttribute, type RequestedPackage } from './package-names.ts';
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

export type NameLookup =
  | {
      readonly requested: string;
      readonly found: Omit<FoundPackage, 'type' | 'optional' | 'attribute'> & { readonly attribute: string };
    }
  | { readonly requested: string; readonly problem: PackageProblem };

/**
 * What single names are in a package set, without building anything: where they are, their outputs with their store
 * paths, what they say of themselves, or why they cannot be had. Meta-packages are not known here.
 */
export async function lookUpNames(
  names: readonly string[],
  request: SourceRequest,
  context: SourceOpening,
): Promise<{
  readonly source: ResolvedSource;
  readonly system: string;
  readonly names: readonly NameLookup[];
}> {
  const packages = names.map((requested) => ({
    requested,
    segments: parseAttribute(requested),
    optional: false,
    isDefault: false,
  }));
  const opened = await openSource(request, context);
  const { answer, problems } = await lookUpIn(opened, packages, request.importArguments);
  const remaining = [...problems];
  return {
    source: opened.source,
    system: opened.system,
    names: packages.flatMap(({ requested }, index): NameLookup[] => {
      const result = answer.results[index];
      if (result?.type === 'package') {
        const { type: _, optional: __, ...found } = result;
        return [{ requested, found: { ...found, attribute: formatAttribute(result.attribute) } }];
      }
      const problem = remaining.shift();
      return problem === undefined ? [] : [{ requested, problem }];
    }),
  };
}
