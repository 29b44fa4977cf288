import type { ClosureGraph, Popularity } from '../../engine/graph/closure-graph.ts';
import { planLayers } from '../../engine/plan/index.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import { planSet } from '../../engine/plan/plan-set.ts';
import type { Layering } from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';
import { planOptions } from '../../shared/plan-options.ts';
import { joinHints, readHintsFile } from './hints-file.ts';
import { type KnownContext, readKnownImages } from './known-images.ts';

export interface PlanGraphRequest {
  readonly graph: ClosureGraph;
  readonly popularity: Popularity;
  readonly layering: Layering;
  /** As `--known`: what {@link readKnownImages} reads. */
  readonly known?: readonly string[] | undefined;
  /** As `--hints`: a file, in addition to the hints of the document. */
  readonly hintsFile?: string | undefined;
}

/**
 * Plans one closure, with what is known of other images and of its past. Known closures are planned along with it, so
 * that all of them come to the same layers; known layers are taken over where that pays.
 *
 * @throws StrataError `usage` where the strategy cannot take what is known into account, and as the readers do.
 */
export async function planGraph(request: PlanGraphRequest, context: KnownContext): Promise<Plan> {
  const { graph, popularity, layering, known: locations = [], hintsFile } = request;
  const options = planOptions(layering);
  if (layering.strategy !== 'strata' && (locations.length > 0 || hintsFile !== undefined)) {
    throw new StrataError(
      'usage',
      `The strategy ${layering.strategy} looks at nothing but the image itself.`,
      {
        hint: 'Leave out --known and --hints, or take the strategy strata.',
      },
    );
  }
  const hints =
    hintsFile === undefined ? options.hints : joinHints(options.hints ?? {}, await readHintsFile(hintsFile));
  const known = await readKnownImages(locations, context);
  const others = known.closures.filter((other) => !haveSamePaths(other, graph));
  if (others.length === 0) {
    return planLayers(layering.strategy, graph, { ...options, popularity, hints, known: known.layers });
  }
  const plan = planSet([...others, graph], { hints, known: known.layers }).at(-1);
  if (plan === undefined) throw new RangeError('planSet gave no plan');
  return plan;
}

function haveSamePaths(a: ClosureGraph, b: ClosureGraph): boolean {
  return a.size === b.size && a.paths.every((path, node) => path === b.paths[node]);
}
