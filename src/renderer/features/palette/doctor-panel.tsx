import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import { hintOf } from '../../client/failure.ts';
import { Dialog } from '../../components/dialog.tsx';
import { FailureCard } from '../../components/failure-card.tsx';
import { Spinner } from '../../components/progress.tsx';
import { Prose } from '../../components/prose.tsx';
import { questions, useAnswer } from '../../state/questions.ts';
import { showPanel } from '../../state/ui.ts';
import styles from './doctor-panel.module.css';

const MARKS = { ok: CircleCheck, warning: TriangleAlert, missing: CircleX };

/** What is installed on the host's machine, and how to get what is not. */
export function DoctorPanel() {
  const { value: checks, failure, retry } = useAnswer(questions().system.doctor.queryOptions());
  return (
    <Dialog open reading title="This machine" onClose={() => showPanel(null)}>
      {failure && <FailureCard title="The machine could not be checked" failure={failure} onRetry={retry} />}
      {checks === null && failure === null && <Spinner label="Checking" />}
      <ul className={styles.list}>
        {checks?.map(({ id, title, state, detail, ...advice }) => {
          const hint = hintOf(advice);
          const Mark = MARKS[state];
          return (
            <li key={id} className={styles.check} data-state={state}>
              <Mark size={16} aria-label={state} />
              <div>
                <strong>{title}</strong>
                <p>{detail}</p>
                {hint && (
                  <p className={styles.hint}>
                    <Prose text={hint} />
                  </p>
                )}
              </div>
            </li>
          );
        })}
      </ul>
    </Dialog>
  );
}
