import type { ReactNode } from 'react';
import { Mark } from '../components/mark.tsx';
import styles from './splash.module.css';

/** What stands in the window until the host has answered. */
export function Splash({ children }: { readonly children?: ReactNode }) {
  return (
    <main className={styles.splash}>
      <Mark size={56} />
      {children || (
        <p role="status" className={styles.text}>
          Connecting to the host…
        </p>
      )}
    </main>
  );
}
