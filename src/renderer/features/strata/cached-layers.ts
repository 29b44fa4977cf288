import { keepPreviousData, skipToken } from '@tanstack/react-query';
import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import type { CachedLayer } from '../../../shared/contract/images.ts';
import { useClosure } from '../../state/closure/store.ts';
import { useTheDocument } from '../../state/document/store.ts';
import { hasPlannedImages, listFor, useKnown } from '../../state/known.ts';
import { usePlannedWith } from '../../state/planned-with.ts';
import { questions, useAnswer } from '../../state/questions.ts';

/** The layer as it lies packed in the blob store; null where it does not. */
export function useCachedLayer({ nodes }: PlannedLayer): CachedLayer | null {
  const build = useClosure((state) => state.build?.build);
  const { compression, layering } = useTheDocument();
  const list = useKnown((state) => listFor(layering, state.list));
  const plannedWith = usePlannedWith(layering);
  // The answer covers every budget, so that dragging it asks nothing, unless images are planned along.
  const { budget, ...others } = layering;
  const asked = hasPlannedImages(list) ? layering : others;
  const { value } = useAnswer(
    questions().images.cachedLayers.queryOptions({
      input: build === undefined ? skipToken : { build, layering: asked, compression, ...plannedWith },
      placeholderData: keepPreviousData,
      meta: { failedTitle: 'The packed layers could not be listed' },
    }),
  );
  const same = (layer: CachedLayer) =>
    layer.nodes.length === nodes.length && layer.nodes.every((node, index) => node === nodes[index]);
  return value?.find(same) ?? null;
}
