import { TriangleAlert } from 'lucide-react';
import { formatCount } from '../../../shared/format.ts';
import { Button } from '../../components/button.tsx';
import { FailureCard } from '../../components/failure-card.tsx';
import { Popover } from '../../components/popover.tsx';
import { questions, useAnswer } from '../../state/questions.ts';
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
  const { selection } = useSelection();
  const { value, failure, retry } = useAnswer(
    questions().catalog.leftOut.queryOptions({ input: { ...selection, limit: MOST_SHOWN } }),
  );
  if (failure) return <FailureCard title="The list cannot be had" failure={failure} onRetry={retry} />;
  return (
    <>
      <p className={styles.about}>
        These attributes cannot be evaluated, so they can neither be found nor built. Those that say so
        themselves, as what was removed does, come last.
      </p>
      <ul className={styles.list} aria-label="Left out">
        {value?.entries.map(({ attribute, reason }) => (
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
