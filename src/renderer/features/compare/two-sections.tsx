import { useMemo, useRef, useState } from 'react';
import { formatBytes } from '../../../shared/format.ts';
import { useElementSize } from '../../components/use-element-size.ts';
import { GatheredBands } from '../../layers/gathered-bands.tsx';
import { useScaleChoice } from '../../layers/scale-choice.ts';
import { ScaleLine } from '../../layers/scale-line.tsx';
import { LEGIBLE, pictureScale, type Stack } from '../../layers/stack.ts';
import styles from './compare-screen.module.css';
import { type ComparedLayer, comparisonPicture, FATES, type Sides } from './compare-view.ts';

const RIBBON_WIDTH = 96;

export interface TwoSectionsProps {
  readonly sides: Sides;
  readonly names: { readonly before: string; readonly after: string };
}

/** Two cross-sections with ribbons between the layers that both images have. */
export function TwoSections({ sides, names }: TwoSectionsProps) {
  const box = useRef<HTMLDivElement>(null);
  const { height } = useElementSize(box);
  const kind = useScaleChoice((state) => state.kind);
  const scale = useMemo(() => {
    const sizes = [sides.before, sides.after].map((layers) => layers.map(({ sizeBytes }) => sizeBytes));
    return pictureScale(sizes, height, kind);
  }, [sides, height, kind]);
  const picture = useMemo(() => comparisonPicture(sides, scale, RIBBON_WIDTH), [sides, scale]);
  /** Ribbon under the pointer. */
  const [lit, setLit] = useState<string | null>(null);
  const ribbonOf = (side: 'before' | 'after', { index, twin }: ComparedLayer) =>
    twin === null ? null : side === 'before' ? `${index}-${twin}` : `${twin}-${index}`;
  const side = (which: 'before' | 'after') => (
    <Strata
      name={names[which]}
      layers={sides[which]}
      section={picture[which]}
      height={height}
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
        <li className={styles.scale}>
          <ScaleLine scale={scale} />
        </li>
      </ul>
    </section>
  );
}

interface StrataProps {
  readonly name: string;
  readonly layers: readonly ComparedLayer[];
  readonly section: Stack;
  /** Of the picture, in pixels. */
  readonly height: number;
  readonly isLit: (layer: ComparedLayer) => boolean;
  readonly onPoint: (layer: ComparedLayer | null) => void;
}

function Strata({ name, layers, section, height, isLit, onPoint }: StrataProps) {
  const thin = section.gathered?.layers.flatMap((index) => layers[index] ?? []) ?? [];
  const item = (layer: ComparedLayer, isThin: boolean) => {
    const { index, title, sizeBytes, fate } = layer;
    const isNamed = isThin || (section.heights[index] ?? 0) >= LEGIBLE;
    return (
      <li
        key={index}
        className={isThin ? styles.thin : styles.stratum}
        data-fate={fate}
        data-lit={isLit(layer) || undefined}
        style={isThin ? undefined : { top: section.tops[index], height: section.heights[index] }}
        title={`Layer ${index + 1}: ${title}, ${formatBytes(sizeBytes)}, ${FATES[fate]}`}
        onPointerEnter={() => onPoint(layer)}
      >
        <span className={isNamed ? undefined : 'visually-hidden'}>{title}</span>
        <small className={isNamed ? undefined : 'visually-hidden'}>{formatBytes(sizeBytes)}</small>
      </li>
    );
  };
  return (
    <ol className={styles.strata} aria-label={`Layers of ${name}`} onPointerLeave={() => onPoint(null)}>
      {layers.filter((layer) => !thin.includes(layer)).map((layer) => item(layer, false))}
      {thin.map(({ index, fate }) => (
        <li
          key={`band ${index}`}
          aria-hidden
          className={styles.stratum}
          data-fate={fate}
          style={{ top: section.tops[index], height: section.heights[index] }}
        />
      ))}
      {section.gathered !== null && (
        <GatheredBands gathered={section.gathered} height={height} names={thin[0]?.title ?? ''}>
          {thin.map((layer) => item(layer, true))}
        </GatheredBands>
      )}
    </ol>
  );
}
