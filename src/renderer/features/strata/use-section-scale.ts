import { useMemo } from 'react';
import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import { useScaleChoice } from '../../layers/scale-choice.ts';
import { type PictureScale, pictureScale } from '../../layers/stack.ts';

/** The scale of sections that stand side by side. */
export function useSectionScale(columns: readonly (readonly PlannedLayer[])[], height: number): PictureScale {
  const kind = useScaleChoice((state) => state.kind);
  return useMemo(() => {
    const sizes = columns.map((layers) => layers.map(({ sizeBytes }) => sizeBytes));
    return pictureScale(sizes, height, kind);
  }, [columns, height, kind]);
}
