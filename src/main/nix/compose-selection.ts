import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { ClosureGraph } from '../../engine/graph/closure-graph.ts';
import { GraphError } from '../../engine/graph/graph-error.ts';
import { physicalPath } from '../../engine/graph/physical-path.ts';
import { readStructuredAttrs } from '../../engine/graph/structured-attrs.ts';
import { platformOfSystem } from '../../engine/oci/platform.ts';
import type { Platform } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import { realise } from './build.ts';
import { copyFromStore } from './copy.ts';
import type { NixInstallation } from './environment.ts';
import { isHeld, physicalTarget, prepareGcRoot } from './gc-roots.ts';
import { lookUpIn } from './look-up-names.ts';
import type { LookupAnswer } from './lookup.ts';
import { problemsError } from './lookup-problems.ts';
import { namingWanted, type Wanted } from './needs.ts';
import { type OpenSource, openSource, type SourceOpening, type SourceRequest } from './open-source.ts';
import { expandPackages, formatAttribute, type RequestedPackage } from './package-names.ts';
import type { NixRunContext } from './run.ts';
import { sandboxShell } from './sandbox-shell.ts';
import { packageNotices, type SelectedPackage, selectedPackages } from './selected-packages.ts';
import type { ResolvedSource } from './source/resolved-source.ts';

export type { SelectedPackage };

export interface SelectionRequest extends SourceRequest {
  /** Attribute paths, in the order in which the image shall prefer them. */
  readonly packages: readonly string[];
  readonly defaults: { readonly cacert: boolean; readonly ianaEtc: boolean };
}

export interface ComposedSelection {
  readonly source: ResolvedSource;
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
  /** The symlink that keeps the closure from garbage collection, see `dropGcRoot`. */
  readonly gcRoot: string;
  /** What the user should know, such as a name whose case was repaired. */
  readonly notices: readonly string[];
  readonly nix: NixInstallation;
}

/**
 * From a selection to its closure graph: resolves the package source, looks all packages up, builds or fetches them,
 * and holds them with a GC root.
 *
 * @throws StrataError naming all packages that cannot be had (`details.problems`), or what failed; Cancelled.
 */
export async function composeSelection(
  request: SelectionRequest,
  context: SourceOpening,
): Promise<ComposedSelection> {
  const named = expandPackages(request.packages, request.defaults);
  const asked = { ...request, system: systemOf(request.system, named.system) };
  const { requested, opened, platform, answer, attrs, gcRoot } = await build(asked, named.packages, context);
  const { source, system, installation, run } = opened;

  run.onEvent?.({ type: 'phase', phase: 'graph', text: 'Reading the closure graph' });
  const { graph, outputs } = readGraph(attrs);
  return {
    source,
    system,
    platform,
    architecture: platform.architecture,
    packages: selectedPackages(requested, answer, outputs),
    graph,
    storeRoot: installation.storeRoot,
    gcRoot,
    notices: packageNotices(requested, answer),
    nix: installation,
  };
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

/** A large package set has every member of a meta-package: one that is missing is news. */
function asRequired(requested: RequestedPackage): RequestedPackage {
  return requested.isDefault ? requested : { ...requested, optional: false };
}

interface Build {
  readonly opened: OpenSource;
  readonly platform: Platform;
  readonly requested: readonly RequestedPackage[];
  readonly answer: LookupAnswer;
  /** The .attrs.json that the runtime graph derivation has kept. */
  readonly attrs: string;
  readonly gcRoot: string;
}

const ATTEMPTS = 3;

async function build(
  request: SelectionRequest,
  packages: readonly RequestedPackage[],
  context: SourceOpening,
): Promise<Build> {
  for (let attempt = 1; ; attempt++) {
    const opened = await openSource(request, context);
    const { source, system, installation, run } = opened;
    const platform = platformOf(system);
    const requested = source.isPartial ? packages : packages.map(asRequired);
    const { answer, problems, log } = await lookUpIn(opened, requested, request.importArguments);
    if (problems.length > 0) throw problemsError(problems, log);
    if (answer.graph === null)
      throw new StrataError('evaluation-failed', 'The packages have no runtime graph.');

    run.onEvent?.({ type: 'phase', phase: 'build', text: 'Building and fetching the packages' });
    const gcRoot = await prepareGcRoot(context.cacheDirectory, answer.graph);
    // A root that is there holds all that would have to be built.
    const isBuilt = await isHeld(gcRoot, run.storeRoot);
    const isCurrent = isBuilt || (await isStillCurrent(source, answer, context.cacheDirectory, run));
    if (!isCurrent && attempt < ATTEMPTS) continue;
    try {
      const attrs = await buildRooted(
        answer.graph,
        gcRoot,
        request.nix.store,
        await withShell(request, answer, opened),
      );
      return { opened, platform, requested, answer, attrs, gcRoot };
    } catch (failure) {
      const error = await namingWanted(failure, answer.graph, wantedOf(requested, answer), run);
      if (!(error instanceof StrataError)) throw error;
      // Nothing holds a derivation between its evaluation and its build: a garbage collection may have taken it.
      if (existsSync(physicalPath(installation.storeRoot, answer.graph)) || attempt === ATTEMPTS) throw error;
    }
  }
}

function wantedOf(packages: readonly RequestedPackage[], { results }: LookupAnswer): Wanted[] {
  return results.flatMap((result, index) => {
    const asked = packages[index];
    if (result.type !== 'package' || asked === undefined) return [];
    return [{ requested: asked.requested, isDefault: asked.isDefault, derivation: result.derivation }];
  });
}

/** The daemon takes what is in its sandbox from those only whom it trusts; of another machine's nothing is known here. */
async function withShell(
  { nix: { store } }: SelectionRequest,
  { needsShell }: LookupAnswer,
  { run, installation: { isTrusted, storeAccess } }: OpenSource,
): Promise<NixRunContext> {
  if (!needsShell || store !== undefined || !isTrusted || storeAccess === 'remote') return run;
  // As an option, because it adds to what nix.conf and NIX_CONFIG say.
  return { ...run, options: [...(await sandboxShell(run.env)), ...(run.options ?? [])] };
}

/** Has the source fetch what the packages are built from; false where that found it moved on. */
async function isStillCurrent(
  { prepare }: ResolvedSource,
  answer: LookupAnswer,
  cacheDirectory: string,
  run: NixRunContext,
): Promise<boolean> {
  if (prepare === undefined) return true;
  const attributes = answer.results.flatMap((result) =>
    result.type === 'package' ? [formatAttribute(result.attribute)] : [],
  );
  return prepare(attributes, { cacheDirectory, run });
}

async function buildRooted(
  derivation: string,
  gcRoot: string,
  store: string | undefined,
  run: NixRunContext,
): Promise<string> {
  if (store === undefined) {
    await realise({ derivation, root: gcRoot }, run);
  } else {
    const path = await realise({ derivation, store }, run);
    run.onEvent?.({ type: 'phase', phase: 'copy', text: `Copying the packages from ${store}` });
    await copyFromStore(store, path, gcRoot, run);
  }
  try {
    return await readFile(await physicalTarget(gcRoot, run.storeRoot), 'utf8');
  } catch (cause) {
    throw new StrataError('nix-failed', 'Nix keeps its store where this program cannot read it.', {
      hint: 'Use a store that is mounted at its own path, as with the Nix daemon.',
      cause,
    });
  }
}

const outputsSchema = z.object({ packages: z.array(z.object({ output: z.string(), path: z.string() })) });

function readGraph(attrs: string): {
  readonly graph: ClosureGraph;
  readonly outputs: z.infer<typeof outputsSchema>['packages'];
} {
  try {
    return {
      graph: readStructuredAttrs(attrs),
      outputs: outputsSchema.parse(JSON.parse(attrs)).packages,
    };
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    throw new StrataError('invalid-graph', `Nix reports a closure that makes no sense: ${error.message}`, {
      cause: error,
    });
  }
}
