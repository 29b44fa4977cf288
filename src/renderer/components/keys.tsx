import { shortcutParts } from '../state/shortcuts.ts';
import styles from './keys.module.css';

/** A keyboard shortcut as keys, written for this platform. */
export function Keys({ keys }: { readonly keys: string }) {
  return (
    <span className={styles.keys}>
      {shortcutParts(keys).map((part) => (
        <kbd key={part} className={styles.key}>
          {part}
        </kbd>
      ))}
    </span>
  );
}
