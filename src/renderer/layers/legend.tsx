import type { ReactNode } from 'react';
import { Tip } from '../components/tip.tsx';
import { SHARING_STOPS } from '../state/palette.ts';
import { useUi } from '../state/ui.ts';
import styles from './legend.module.css';

export interface LegendProps {
  readonly from: 'popularity' | 'referrers';
  /** The image that new layers are marked against; null where none are. */
  readonly marked: string | null;
  /** Whether images are known, so that their layers are marked. */
  readonly known?: boolean;
  /** At the end of the line. */
  readonly children?: ReactNode;
}

/** What the colours of the strata mean. */
export function Legend({ from, marked, known = false, children }: LegendProps) {
  const dark = useUi((state) => state.dark);
  const explanation =
    from === 'popularity'
      ? 'By how many packages of the whole source need these paths: what many need, many images share.'
      : 'This source has no popularity counts: by how many paths of this image refer to these.';
  return (
    <div className={styles.legend}>
      <Tip text={explanation}>
        <button
          type="button"
          className={styles.scale}
          aria-label={`Colour: from unique to everywhere. ${explanation}`}
        >
          unique
          <span className={styles.stops}>
            {SHARING_STOPS[dark ? 'dark' : 'light'].map((colour) => (
              <i key={colour} style={{ background: colour }} />
            ))}
          </span>
          everywhere
        </button>
      </Tip>
      {marked !== null && (
        <span className={styles.scale}>
          <i className={styles.mark} /> not in {marked}
        </span>
      )}
      {known && (
        <span className={styles.scale}>
          <i className={styles.held} /> in known images
        </span>
      )}
      {children}
    </div>
  );
}
