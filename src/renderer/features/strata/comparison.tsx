import { useMemo } from 'react';
import { itemAt } from '../../../engine/graph/item-at.ts';
import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import { type PictureScale, type Stack, stackStrata } from '../../layers/stack.ts';
import styles from './comparison.module.css';
import { sameLayers } from './same-layers.ts';

export interface RibbonsProps {
  readonly left: readonly PlannedLayer[];
  readonly right: readonly PlannedLayer[];
  /** Of both sections, and their height in pixels. */
  readonly scale: PictureScale;
  readonly height: number;
}

const WIDTH = 56;

/** Bands between layers that two plans have in common, whole as they are. */
export function Ribbons({ left, right, scale, height }: RibbonsProps) {
  const pairs = useMemo(() => sameLayers(left, right), [left, right]);
  const paths = useMemo(() => {
    const size = (layer: PlannedLayer) => layer.sizeBytes;
    const a = stackStrata(left.map(size), scale);
    const b = stackStrata(right.map(size), scale);
    return pairs.map(([from, to]) => {
      const [y0, y1] = edges(a, from);
      const [y2, y3] = edges(b, to);
      const half = WIDTH / 2;
      return `M0 ${y0} C${half} ${y0} ${half} ${y2} ${WIDTH} ${y2} L${WIDTH} ${y3} C${half} ${y3} ${half} ${y1} 0 ${y1}Z`;
    });
  }, [pairs, left, right, scale]);
  return (
    <div className={styles.ribbons}>
      <svg
        width={WIDTH}
        height={height}
        role="img"
        aria-label={`${pairs.length} layers are the same on both sides`}
      >
        {paths.map((path) => (
          <path key={path} d={path} />
        ))}
      </svg>
    </div>
  );
}

/** Top and bottom of a layer. */
function edges({ tops, heights }: Stack, layer: number): readonly [number, number] {
  const top = itemAt(tops, layer);
  return [top, top + itemAt(heights, layer)];
}
