import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { z } from 'zod';
import type { checkSchema } from '../../../shared/contract/system.ts';
import { type ShownFailure, toFailure } from '../../client/failure.ts';
import { Dialog } from '../../components/dialog.tsx';
import { FailureCard } from '../../components/failure-card.tsx';
import { Spinner } from '../../components/progress.tsx';
import { host } from '../../state/host.ts';
import { showPanel } from '../../state/ui.ts';
import styles from './doctor-panel.module.css';

const MARKS = { ok: CircleCheck, warning: TriangleAlert, missing: CircleX };

/** What is installed on the host's machine, and how to get what is not. */
export function DoctorPanel() {
  const [checks, setChecks] = useState<readonly z.infer<typeof checkSchema>[] | null>(null);
  const [failure, setFailure] = useState<ShownFailure | null>(null);
  useEffect(() => {
    host()
      .system.doctor()
      .then(setChecks)
      .catch((error: unknown) => setFailure(toFailure(error)));
  }, []);
  return (
    <Dialog open reading title="This machine" onClose={() => showPanel(null)}>
      {failure && <FailureCard title="The machine could not be checked" failure={failure} />}
      {checks === null && failure === null && <Spinner label="Checking" />}
      <ul className={styles.list}>
        {checks?.map(({ id, title, state, detail, hint }) => {
          const Mark = MARKS[state];
          return (
            <li key={id} className={styles.check} data-state={state}>
              <Mark size={16} aria-label={state} />
              <div>
                <strong>{title}</strong>
                <p>{detail}</p>
                {hint && <p className={styles.hint}>{hint}</p>}
              </div>
            </li>
          );
        })}
      </ul>
    </Dialog>
  );
}
