import { useMemo, useRef, useState } from 'react';
import { formatBytes } from '../../../shared/format.ts';
import { useElementSize } from '../../components/use-element-size.ts';
import styles from './compare-screen.module.css';
import {
  type ComparedLayer,
  comparisonPicture,
  FATES,
  type SectionRows,
  type Sides,
} from './compare-view.ts';

const RIBBON_WIDTH = 96;
/** No title where a stratum is thinner than a line of text. */
const LEAST_FOR_TITLE = 13;

export interface TwoSectionsProps {
  readonly sides: Sides;
  readonly names: { readonly before: string; readonly after: string };
}

/** Two cross-sections with ribbons between the layers that both images have. */
export function TwoSections({ sides, names }: TwoSectionsProps) {
  const box = useRef<HTMLDivElement>(null);
  const { height } = useElementSize(box);
  const picture = useMemo(() => comparisonPicture(sides, height, RIBBON_WIDTH), [sides, height]);
  /** Ribbon under the pointer. */
  const [lit, setLit] = useState<string | null>(null);
  const ribbonOf = (side: 'before' | 'after', { index, twin }: ComparedLayer) =>
    twin === null ? null : side === 'before' ? `${index}-${twin}` : `${twin}-${index}`;
  const side = (which: 'before' | 'after') => (
    <Strata
      name={names[which]}
      layers={sides[which]}
      section={picture[which]}
      isLit={(layer) => lit !== null && ribbonOf(which, layer) === lit}
      onPoint={(layer) => setLit(layer && ribbonOf(which, layer))}
    />
  );
  return (
    <section className={styles.picture} aria-label="Both images in cross-section">
      <header>
        <span title={names.before}>{names.before}</span>
        <span title={names.after}>{names.after}</span>
      </header>
      <div ref={box} className={styles.sections}>
        {side('before')}
        <svg width={RIBBON_WIDTH} height={height} aria-hidden="true" className={styles.ribbons}>
          {picture.ribbons.map(({ id, path, moved }) => (
            <path key={id} d={path} data-moved={moved || undefined} data-lit={id === lit || undefined} />
          ))}
        </svg>
        {side('after')}
      </div>
      <ul className={styles.legend} aria-label="Legend">
        <li data-fate="kept">{FATES.kept}</li>
        <li data-fate="repacked">same files, packed in another way</li>
        <li data-fate="new">{FATES.new}</li>
        <li data-fate="removed">{FATES.removed}</li>
      </ul>
    </section>
  );
}

interface StrataProps {
  readonly name: string;
  readonly layers: readonly ComparedLayer[];
  readonly section: SectionRows;
  readonly isLit: (layer: ComparedLayer) => boolean;
  readonly onPoint: (layer: ComparedLayer | null) => void;
}

function Strata({ name, layers, section, isLit, onPoint }: StrataProps) {
  return (
    <ol className={styles.strata} aria-label={`Layers of ${name}`} onPointerLeave={() => onPoint(null)}>
      {layers.map((layer) => {
        const { index, title, sizeBytes, fate } = layer;
        const height = section.heights[index] ?? 0;
        return (
          <li
            key={index}
            data-fate={fate}
            data-lit={isLit(layer) || undefined}
            style={{ top: section.tops[index], height }}
            title={`Layer ${index + 1}: ${title}, ${formatBytes(sizeBytes)}, ${FATES[fate]}`}
            onPointerEnter={() => onPoint(layer)}
          >
            <span className={height < LEAST_FOR_TITLE ? 'visually-hidden' : undefined}>{title}</span>
            <small className={height < LEAST_FOR_TITLE ? 'visually-hidden' : undefined}>
              {formatBytes(sizeBytes)}
            </small>
          </li>
        );
      })}
    </ol>
  );
}
