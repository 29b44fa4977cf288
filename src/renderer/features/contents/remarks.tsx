import type { Contents } from '../../../shared/contract/contents.ts';
import { count } from '../../../shared/format.ts';
import styles from './contents-screen.module.css';

/** More of them are scrolled. */
const IN_SIGHT = 5;

/** What did not go as asked, and what else the user should know. */
export function Remarks({ contents: { conflicts, omissions, notices } }: { readonly contents: Contents }) {
  const lines = [...conflicts, ...omissions, ...notices];
  if (lines.length === 0) return null;
  const titles = [
    conflicts.length > 0 && count(conflicts.length, 'conflict'),
    omissions.length > 0 && `${omissions.length} left out`,
    notices.length > 0 && count(notices.length, 'notice'),
  ].filter((title) => title !== false);
  return (
    <details className={styles.remarks} open={lines.length <= IN_SIGHT}>
      <summary>{titles.join(', ')}</summary>
      <ul tabIndex={lines.length > IN_SIGHT ? 0 : undefined} aria-label="Conflicts and notices">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </details>
  );
}
