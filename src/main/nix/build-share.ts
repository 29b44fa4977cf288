import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { ClosureGraph } from '../../engine/graph/closure-graph.ts';
import { GraphError } from '../../engine/graph/graph-error.ts';
import { physicalPath } from '../../engine/graph/physical-path.ts';
import { readStructuredAttrs } from '../../engine/graph/structured-attrs.ts';
import { StrataError } from '../../shared/errors.ts';
import type { SourceShare } from './assign-sources.ts';
import { realise } from './build.ts';
import { copyFromStore } from './copy.ts';
import type { Findings } from './find-packages.ts';
import { isHeld, physicalTarget, prepareGcRoot } from './gc-roots.ts';
import { lookUpIn } from './look-up-names.ts';
import type { LookupAnswer } from './lookup.ts';
import { problemsError } from './lookup-problems.ts';
import { namingWanted, type Wanted } from './needs.ts';
import { type OpenSource, openSource, type SourceOpening, type SourceRequest } from './open-source.ts';
import { formatAttribute, type RequestedPackage } from './package-names.ts';
import type { NixRunContext } from './run.ts';
import { sandboxShell } from './sandbox-shell.ts';
import { type SelectedPackage, selectedPackages } from './selected-packages.ts';
import type { ResolvedSource } from './source/resolved-source.ts';

/** What all package sources of a selection have in common. */
export type ShareRequest = Pick<SourceRequest, 'system' | 'nix'>;

/** A package source that is open, with what it says of the packages that are asked of it. */
export interface LookedUpShare {
  readonly share: SourceShare;
  readonly opened: OpenSource;
  /** In the order of the share's packages. */
  readonly requested: readonly RequestedPackage[];
  readonly findings: Findings;
}

/** @throws StrataError where the source cannot be had or evaluated. What is wrong with packages is in the findings. */
export async function lookUpShare(
  share: SourceShare,
  request: ShareRequest,
  context: SourceOpening,
): Promise<LookedUpShare> {
  const opened = await openSource({ ...share, ...request }, context);
  const requested = opened.source.isPartial ? share.packages : share.packages.map(asRequired);
  const findings = await lookUpIn(opened, requested, share.importArguments);
  return { share, opened, requested, findings };
}

/** A large package set has every member of a meta-package: one that is missing is news. */
function asRequired(requested: RequestedPackage): RequestedPackage {
  return requested.isDefault ? requested : { ...requested, optional: false };
}

export interface BuiltShare {
  readonly looked: LookedUpShare;
  readonly graph: ClosureGraph;
  /** Of each request, in the order of the share's packages: its outputs. */
  readonly packages: readonly (readonly SelectedPackage[])[];
  readonly gcRoot: string;
}

const ATTEMPTS = 3;

/**
 * Builds or fetches what was looked up, and holds it with a GC root. Looks it up again where the source moved on, or a
 * garbage collection took the derivations.
 *
 * @throws StrataError naming what was asked for and needs what failed; Cancelled.
 */
export async function buildShare(
  first: LookedUpShare,
  request: ShareRequest,
  context: SourceOpening,
): Promise<BuiltShare> {
  for (let attempt = 1, looked = first; ; attempt++, looked = await again(looked, request, context)) {
    const { opened, requested, findings } = looked;
    const { source, installation, run } = opened;
    const { answer } = findings;
    if (answer.graph === null)
      throw new StrataError('evaluation-failed', 'The packages have no runtime graph.');

    run.onEvent?.({ type: 'phase', phase: 'build', text: 'Building and fetching the packages' });
    const gcRoot = await prepareGcRoot(context.cacheDirectory, answer.graph);
    // A root that is there holds all that would have to be built.
    const isBuilt = await isHeld(gcRoot, run.storeRoot);
    const isCurrent = isBuilt || (await isStillCurrent(source, answer, context.cacheDirectory, run));
    if (!isCurrent && attempt < ATTEMPTS) continue;
    try {
      const shelled = await withShell(request, answer, opened);
      const attrs = await buildRooted(answer.graph, gcRoot, request.nix.store, shelled);
      run.onEvent?.({ type: 'phase', phase: 'graph', text: 'Reading the closure graph' });
      const { graph, outputs } = readGraph(attrs);
      return { looked, graph, packages: selectedPackages(requested, answer, outputs), gcRoot };
    } catch (failure) {
      const error = await namingWanted(failure, answer.graph, wantedOf(requested, answer), run);
      if (!(error instanceof StrataError)) throw error;
      // Nothing holds a derivation between its evaluation and its build: a garbage collection may have taken it.
      if (existsSync(physicalPath(installation.storeRoot, answer.graph)) || attempt === ATTEMPTS) throw error;
    }
  }
}

async function again(
  { share }: LookedUpShare,
  request: ShareRequest,
  context: SourceOpening,
): Promise<LookedUpShare> {
  const looked = await lookUpShare(share, request, context);
  const { problems, log } = looked.findings;
  if (problems.length > 0) throw problemsError(problems, log);
  return looked;
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
  { nix: { store } }: ShareRequest,
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
