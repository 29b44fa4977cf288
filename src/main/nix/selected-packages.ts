import type { FoundPackage, LookupAnswer, PackageMeta } from './lookup.ts';
import { formatAttribute, formatPackage, type RequestedPackage } from './package-names.ts';

/** One output of a package: a root of the closure graph. */
export interface SelectedPackage {
  /** As the user wrote it; `cacert` or `iana-etc` for a default. */
  readonly requested: string;
  readonly isDefault: boolean;
  /** Name of the package source that it is of; null for the one without a name. */
  readonly source: string | null;
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

/**
 * What each request came to: the outputs of a package, none where the image goes without. The built paths come in the
 * order of the lookup's outputs; evaluated paths may be placeholders until then.
 */
export function selectedPackages(
  requested: readonly RequestedPackage[],
  answer: LookupAnswer,
  outputs: readonly { readonly output: string; readonly path: string }[],
): SelectedPackage[][] {
  let next = 0;
  return requested.map((request, index) => {
    const result = answer.results[index];
    if (result?.type !== 'package') return [];
    return result.outputs.flatMap(({ output }) => {
      const path = outputs[next++]?.path;
      return path === undefined ? [] : [selectedPackage(request, result, output, path)];
    });
  });
}

function selectedPackage(
  request: RequestedPackage,
  found: FoundPackage,
  output: string,
  storePath: string,
): SelectedPackage {
  const { name, pname, version, priority, meta } = found;
  const { requested, isDefault, source } = request;
  const attribute = formatAttribute(found.attribute);
  return { requested, isDefault, source, attribute, output, storePath, name, pname, version, priority, meta };
}

/**
 * What the user should know about packages that are there, or that an image can do without.
 *
 * @param options.defaults whether to say so of packages that are part of every image
 */
export function packageNotices(
  requested: readonly RequestedPackage[],
  answer: LookupAnswer,
  { defaults }: { readonly defaults: boolean },
): string[] {
  return answer.results.flatMap((result, index) => {
    const request = requested[index];
    if (request === undefined || (request.isDefault && !defaults)) return [];
    const written = formatPackage(request);
    if (result.type === 'problem') {
      const needs = request.isDefault ? '' : `, which ${request.requested} stands for`;
      return [`The package set has no ${written}${needs}, so the image goes without.`];
    }
    const found = formatPackage({ source: request.source, segments: result.attribute });
    const isRepaired = !`${written}.`.startsWith(`${found}.`);
    return isRepaired ? [`${written} was taken for ${found}.`] : [];
  });
}
