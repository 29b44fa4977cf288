import type { ReactNode } from 'react';
import { count, formatBytes } from '../../shared/format.ts';
import styles from './gathered-bands.module.css';
import type { ThinBands } from './stack.ts';

export interface GatheredBandsProps {
  readonly gathered: ThinBands;
  /** Of the picture, in pixels. */
  readonly height: number;
  /** What the layers are, in a word or two. */
  readonly names: string;
  /** An item for each layer. */
  readonly children: ReactNode;
}

/** Bands too thin for a name, under one brace: how many and how much; the pointer or the keyboard opens them. */
export function GatheredBands({ gathered, height, names, children }: GatheredBandsProps) {
  const { layers, sizeBytes, top } = gathered;
  const title = layers.length === 1 ? names : count(layers.length, 'thin layer');
  return (
    <li className={styles.gathered} style={{ top, height: gathered.height }}>
      <span className={styles.brace}>
        <strong>{title}</strong>
        <span>{formatBytes(sizeBytes)}</span>
      </span>
      <ul
        className={styles.open}
        aria-label={`${count(layers.length, 'layer')} too thin for a name, ${formatBytes(sizeBytes)}`}
        style={{ maxHeight: height, bottom: Math.min(0, top + gathered.height - height) }}
      >
        {children}
      </ul>
    </li>
  );
}
