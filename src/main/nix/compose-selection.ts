import { resolve } from 'node:path';
import type { ClosureGraph } from '../../engine/graph/closure-graph.ts';
import { mergeClosureGraphs } from '../../engine/graph/merge.ts';
import { platformOfSystem } from '../../engine/oci/platform.ts';
import type { Platform } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import type { SourceFields } from '../../shared/package-sources.ts';
import { assignSources, type SourceShare } from './assign-sources.ts';
import {
  type BuiltShare,
  buildShare,
  type LookedUpShare,
  lookUpShare,
  type ShareRequest,
} from './build-share.ts';
import type { NixInstallation } from './environment.ts';
import { namingSource } from './events.ts';
import { problemsError } from './lookup-problems.ts';
import type { NixPreferences, SourceOpening } from './open-source.ts';
import { expandPackages, type RequestedPackage } from './package-names.ts';
import { packageNotices, type SelectedPackage } from './selected-packages.ts';
import type { ResolvedSource } from './source/resolved-source.ts';
import { type AppliedLock, lockedSource } from './source-lock.ts';
import { withWarningsOnce } from './warnings-once.ts';

export type { SelectedPackage };

export interface SelectionRequest extends SourceFields {
  /** Attribute paths, in the order in which the image shall prefer them; `tools:curl` is of the source tools. */
  readonly packages: readonly string[];
  readonly defaults: { readonly cacert: boolean; readonly ianaEtc: boolean };
  /** Such as `aarch64-linux`; Linux on this machine's processor where it is left out. */
  readonly system?: string | undefined;
  readonly nix: NixPreferences;
  /** What the sources are to be, whatever else they may be by now. */
  readonly lock?: AppliedLock | undefined;
}

/** A package source that packages of an image are of. */
interface ComposedSource {
  /** Null for the one without a name. */
  readonly name: string | null;
  readonly source: ResolvedSource;
  /** The symlink that keeps its part of the closure from garbage collection, see `dropGcRoot`. */
  readonly gcRoot: string;
}

export interface ComposedSelection {
  /** Those that are needed: the one without a name first, then in the order of the document. */
  readonly sources: readonly [ComposedSource, ...ComposedSource[]];
  readonly system: string;
  /** As the OCI image specification has it: `{ os: 'linux', architecture: 'amd64' }`. */
  readonly platform: Platform;
  /** That of the platform: `amd64`, `arm64`, … */
  readonly architecture: string;
  /** In the order asked for, defaults last, each store path once. */
  readonly packages: readonly SelectedPackage[];
  readonly graph: ClosureGraph;
  /** Below which directory the paths of the graph lie on disk, for `physicalPath`. */
  readonly storeRoot: string;
  /** What the user should know, such as a name whose case was repaired. */
  readonly notices: readonly string[];
  readonly nix: NixInstallation;
}

/** Packages that can be had, with the sources they are of. */
interface LookedUpSelection {
  readonly looked: readonly [LookedUpShare, ...LookedUpShare[]];
  readonly named: ReturnType<typeof expandPackages>;
  /** Defaults that no source was named for. */
  readonly unplaced: readonly RequestedPackage[];
  /** Names of sources that no package is of. */
  readonly unused: readonly string[];
  readonly common: ShareRequest;
  readonly contextOf: (share: SourceShare) => SourceOpening;
}

/**
 * Looks all packages of a selection up, without building anything.
 *
 * @throws StrataError naming all packages that cannot be had (`details.problems`); Cancelled.
 */
export async function lookUpSelection(
  { packages: names, defaults, ...request }: SelectionRequest,
  given: SourceOpening,
): Promise<LookedUpSelection> {
  const named = expandPackages(names, defaults);
  const { shares: asked, unplaced, unused } = assignSources(named.packages, request);
  const baseDirectory = resolve(given.baseDirectory ?? '.');
  const shares = asked.map((share) => ({
    ...share,
    locked: lockedSource(share, request.lock, baseDirectory),
  }));
  const common = { nix: request.nix, system: systemOf(request.system, named.system) };
  const context = { ...given, onEvent: withWarningsOnce(given.onEvent) };
  const contextOf = ({ name }: SourceShare): SourceOpening =>
    shares.length === 1 ? context : { ...context, onEvent: namingSource(name, context.onEvent) };

  const looked: LookedUpShare[] = [];
  let missing = unplaced;
  for (const share of shares) {
    const extra = missing.map((each) => ({ ...each, source: share.name }));
    const found = await lookUpShare(
      { ...share, packages: [...share.packages, ...extra] },
      common,
      contextOf(share),
    );
    const results = found.findings.answer.results.slice(share.packages.length);
    missing = missing.filter((_, index) => results[index]?.type !== 'package');
    looked.push(found);
  }
  refuseProblems(looked);
  const [first, ...others] = looked;
  if (first === undefined) throw new Error('A selection has no package source.');
  return { looked: [first, ...others], named, unplaced, unused, common, contextOf };
}

/**
 * From a selection to its closure graph: resolves the package sources, looks all packages up, builds or fetches them, and
 * holds them with a GC root a source.
 *
 * @throws StrataError as {@link lookUpSelection} does, or what failed; Cancelled.
 */
export async function composeSelection(
  request: SelectionRequest,
  given: SourceOpening,
): Promise<ComposedSelection> {
  const { looked, named, unplaced, unused, common, contextOf } = await lookUpSelection(request, given);
  const [{ opened }] = looked;
  const platform = platformOf(opened.system);

  const built: BuiltShare[] = [];
  for (const each of looked) built.push(await buildShare(each, common, contextOf(each.share)));
  const packages = inOrder(named.packages, built);
  const [first, ...others] = built.map(composedSource);
  if (first === undefined) throw new Error('A selection has no package source.');
  return {
    sources: [first, ...others],
    system: opened.system,
    platform,
    architecture: platform.architecture,
    packages,
    graph: wholeGraph(built, packages),
    storeRoot: opened.installation.storeRoot,
    notices: [
      ...built.flatMap(({ looked: { requested, findings } }) =>
        packageNotices(requested, findings.answer, { defaults: unplaced.length === 0 }),
      ),
      ...placeNotices(unplaced, packages, unused),
    ],
    nix: opened.installation,
  };
}

/** All problems of all sources as one error. */
function refuseProblems(looked: readonly LookedUpShare[]): void {
  const problems = looked.flatMap(({ findings }) => findings.problems);
  const logs = looked.flatMap(({ findings }) => findings.log ?? []);
  if (problems.length > 0) throw problemsError(problems, logs.length === 0 ? undefined : logs.join('\n\n'));
}

function composedSource({ looked: { share, opened }, gcRoot }: BuiltShare): ComposedSource {
  return { name: share.name, source: opened.source, gcRoot };
}

/** What was found in the order asked for, then the defaults that were looked for in several sources; each path once. */
function inOrder(asked: readonly RequestedPackage[], built: readonly BuiltShare[]): SelectedPackage[] {
  const found = new Map(
    built.flatMap(({ looked: { share }, packages }) =>
      share.packages.map((request, index) => [request, packages[index] ?? []] as const),
    ),
  );
  const ordered = new Set([...asked, ...found.keys()]);
  const byPath = new Map<string, SelectedPackage>();
  for (const request of ordered) {
    for (const each of found.get(request) ?? []) {
      if (!byPath.has(each.storePath)) byPath.set(each.storePath, each);
    }
  }
  return [...byPath.values()];
}

/** A source is held and built by itself; what an image is made of is all of them together. */
function wholeGraph(built: readonly BuiltShare[], packages: readonly SelectedPackage[]): ClosureGraph {
  const [first, ...others] = built.map(({ graph }) => graph);
  if (first !== undefined && others.length === 0) return first;
  return mergeClosureGraphs(
    built.map(({ graph }) => graph),
    packages.map(({ storePath }) => storePath),
  );
}

/** Where the defaults are from, where nobody said so, and which sources are of no use. */
function placeNotices(
  unplaced: readonly RequestedPackage[],
  packages: readonly SelectedPackage[],
  unused: readonly string[],
): string[] {
  const placed = unplaced.flatMap(({ requested }) => {
    const found = packages.find((each) => each.isDefault && each.requested === requested);
    return found === undefined
      ? [`No package source has ${requested}, so the image goes without.`]
      : [`${requested} is of ${found.source}, the first package source that has it.`];
  });
  return [...placed, ...unused.map((name) => `No package is of the source ${name}.`)];
}

function platformOf(system: string): Platform {
  const platform = platformOfSystem(system);
  if (platform !== undefined) return platform;
  throw new StrataError('usage', `There are no containers for ${system}.`, {
    hint: 'Name a Linux system, such as x86_64-linux or aarch64-linux.',
  });
}

function systemOf(asked: string | undefined, named: string | null): string | undefined {
  if (named === null || asked === undefined || asked === named) return named ?? asked;
  throw new StrataError('usage', `The image is to be for ${asked}, and a package name asks for ${named}.`, {
    hint: 'Take out one of the two.',
  });
}
