import { TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { LeftOut } from '../../../shared/contract/catalog.ts';
import { formatCount } from '../../../shared/format.ts';
import { type ShownFailure, toFailure } from '../../client/failure.ts';
import { Button } from '../../components/button.tsx';
import { FailureCard } from '../../components/failure-card.tsx';
import { Popover } from '../../components/popover.tsx';
import { host } from '../../state/host.ts';
import { useSelection } from './catalog-state.ts';
import styles from './left-out.module.css';

/** As many as somebody looks through here; `strata search --json` names them all. */
const MOST_SHOWN = 200;

/** What the source has and the search does not, since it cannot be evaluated. */
export function LeftOutButton({ total }: { readonly total: number }) {
  return (
    <Popover
      label="Left out"
      align="end"
      trigger={
        <Button variant="ghost" small icon={TriangleAlert} className={styles.button}>
          {formatCount(total)} left out
        </Button>
      }
    >
      <LeftOutList total={total} />
    </Popover>
  );
}

function LeftOutList({ total }: { readonly total: number }) {
  const { key, selection } = useSelection();
  const [entries, setEntries] = useState<readonly LeftOut[]>([]);
  const [failure, setFailure] = useState<ShownFailure | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says everything about the selection
  useEffect(() => {
    const end = new AbortController();
    host()
      .catalog.leftOut({ ...selection, limit: MOST_SHOWN }, { signal: end.signal })
      .then((page) => setEntries(page.entries))
      .catch((error: unknown) => {
        if (!end.signal.aborted) setFailure(toFailure(error));
      });
    return () => end.abort();
  }, [key]);
  if (failure) return <FailureCard title="The list cannot be had" failure={failure} />;
  return (
    <>
      <p className={styles.about}>
        These attributes cannot be evaluated, so they can neither be found nor built. Those that say so
        themselves, as what was removed does, come last.
      </p>
      <ul className={styles.list} aria-label="Left out">
        {entries.map(({ attribute, reason }) => (
          <li key={attribute}>
            <code>{attribute}</code>
            <span>{reason}</span>
          </li>
        ))}
      </ul>
      {total > MOST_SHOWN && (
        <p className={styles.about}>
          … and {formatCount(total - MOST_SHOWN)} more: <code>strata search --json</code> names them all.
        </p>
      )}
    </>
  );
}
