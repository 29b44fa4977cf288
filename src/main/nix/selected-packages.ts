import type { FoundPackage, LookupAnswer, PackageMeta } from './lookup.ts';
import { formatAttribute, type RequestedPackage } from './package-names.ts';

/** One output of a package: a root of the closure graph. */
export interface SelectedPackage {
  /** As the user wrote it; `cacert` or `iana-etc` for a default. */
  readonly requested: string;
  readonly isDefault: boolean;
  /** Where the package set has it, case repaired: `python3Packages.requests`. */
  readonly attribute: string;
  readonly output: string;
  readonly storePath: string;
  readonly name: string;
  readonly pname: string;
  readonly version: string;
  /** `meta.priority`: where files clash, the lower one wins. */
  readonly priority: number;
  readonly meta: PackageMeta;
}

/** The built paths come in the order of the lookup's outputs; evaluated paths may be placeholders until then. */
export function selectedPackages(
  requested: readonly RequestedPackage[],
  answer: LookupAnswer,
  outputs: readonly { readonly output: string; readonly path: string }[],
): SelectedPackage[] {
  const selected = new Map<string, SelectedPackage>();
  let next = 0;
  for (const [index, result] of answer.results.entries()) {
    const request = requested[index];
    if (result.type !== 'package' || request === undefined) continue;
    for (const { output } of result.outputs) {
      const path = outputs[next++]?.path;
      if (path === undefined || selected.has(path)) continue;
      selected.set(path, selectedPackage(request, result, output, path));
    }
  }
  return [...selected.values()];
}

function selectedPackage(
  request: RequestedPackage,
  found: FoundPackage,
  output: string,
  storePath: string,
): SelectedPackage {
  const { name, pname, version, priority, meta } = found;
  const { requested, isDefault } = request;
  const attribute = formatAttribute(found.attribute);
  return { requested, isDefault, attribute, output, storePath, name, pname, version, priority, meta };
}

/** What the user should know about packages that are there, or that an image can do without. */
export function packageNotices(requested: readonly RequestedPackage[], answer: LookupAnswer): string[] {
  return answer.results.flatMap((result, index) => {
    const request = requested[index];
    if (request === undefined) return [];
    const written = formatAttribute(request.segments);
    if (result.type === 'problem') {
      const needs = request.isDefault ? '' : `, which ${request.requested} stands for`;
      return [`The package set has no ${written}${needs}, so the image goes without.`];
    }
    const found = formatAttribute(result.attribute);
    const isRepaired = !`${written}.`.startsWith(`${found}.`);
    return isRepaired ? [`${written} was taken for ${found}.`] : [];
  });
}
