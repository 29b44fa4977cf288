import { formatBytes } from '../../shared/format.ts';
import { Segmented } from '../components/segmented.tsx';
import { useScaleChoice } from './scale-choice.ts';
import styles from './scale-line.module.css';
import { type PictureScale, scaleBar } from './stack.ts';

const MOST_BAR = 30;

/** What the heights of a picture mean, and the switch between its scales. */
export function ScaleLine({ scale }: { readonly scale: PictureScale }) {
  const bar = scale.kind === 'true' ? scaleBar(scale, MOST_BAR) : null;
  return (
    <div className={styles.line}>
      {bar === null ? (
        <span className={styles.meaning}>Heights are compressed (square root)</span>
      ) : (
        <span className={styles.meaning}>
          <i style={{ height: bar.height }} aria-hidden />
          {formatBytes(bar.sizeBytes)}
          <span className="visually-hidden"> are {Math.round(bar.height)} pixels high</span>
        </span>
      )}
      <Segmented
        label="Scale of the picture"
        value={scale.kind}
        options={[
          { value: 'true', title: 'To scale' },
          { value: 'compressed', title: 'Compressed' },
        ]}
        onChange={(kind) => useScaleChoice.setState({ kind })}
      />
    </div>
  );
}
