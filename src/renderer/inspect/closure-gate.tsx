import { Hammer } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../components/button.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { FailureCard } from '../components/failure-card.tsx';
import { Spinner } from '../components/progress.tsx';
import type { Closure } from '../state/closure/analysis.ts';
import { planKey, type ShownPlan } from '../state/closure/planner.ts';
import { takeBuild, useClosure } from '../state/closure/store.ts';
import { usePlan, usePlanRequest, useShownPlan } from '../state/closure/use-plan.ts';
import { useOpen } from '../state/document/store.ts';
import { isOver } from '../state/jobs.ts';
import { showScreen } from '../state/ui.ts';
import { startBuild, useBuildJob } from '../state/work.ts';
import styles from './closure-gate.module.css';
import { OfLastBuild } from './last-build.tsx';

/** Shows a screen that needs a built closure, or why there is none yet and what to do about it. */
export function ClosureGate({
  title,
  ofNow = false,
  children,
}: {
  readonly title: string;
  /** Whether the screen says by itself what of it is of the last build. */
  readonly ofNow?: boolean;
  readonly children: (closure: Closure) => ReactNode;
}) {
  const { state, closure, failure, build } = useClosure();
  const { packages } = useOpen().history.present;
  const job = useBuildJob();
  if (closure !== null && state === 'ready') {
    if (ofNow || build === null) return children(closure);
    return <OfLastBuild build={build}>{children(closure)}</OfLastBuild>;
  }
  if (state === 'failed' && failure !== null) {
    return (
      <div className={styles.centre}>
        <FailureCard
          title="The closure could not be loaded"
          failure={failure}
          onRetry={
            build === null
              ? undefined
              : () => {
                  useClosure.setState({ build: null });
                  void takeBuild(build);
                }
          }
        />
      </div>
    );
  }
  if (state === 'loading') {
    return (
      <div className={styles.centre}>
        <Spinner label="Loading the closure" />
        <span className={styles.text}>Reading the closure…</span>
      </div>
    );
  }
  if (job !== null && !isOver(job)) {
    return (
      <EmptyState
        title="The packages are being built"
        actions={<Button onClick={() => showScreen('build')}>Watch the build</Button>}
      >
        {title} shows what they bring along as soon as that is done.
      </EmptyState>
    );
  }
  return packages.length === 0 ? (
    <EmptyState
      title="Nothing in the image yet"
      actions={
        <Button variant="primary" onClick={() => showScreen('pick')}>
          Pick packages
        </Button>
      }
    >
      Pick some packages and build them; {title} shows what they bring along.
    </EmptyState>
  ) : (
    <EmptyState
      title="Not built yet"
      actions={
        <Button variant="primary" icon={Hammer} onClick={() => void startBuild()}>
          Build
        </Button>
      }
    >
      Nix knows what a package needs only once it is built. {title} shows it then.
    </EmptyState>
  );
}

/** The plan of the document. The last one stays on the screen while the next is computed. */
export function PlanGate({ children }: { readonly children: (plan: ShownPlan) => ReactNode }) {
  const open = useOpen();
  const plan = usePlan(open.history.present);
  const request = usePlanRequest(open.history.present);
  const problem = useClosure((state) => (request && state.planFailures[planKey(request)]) ?? null);
  const last = useShownPlan(open.history.present);
  const shown = problem === null ? last : plan;
  if (shown !== null) return children(shown);
  return (
    <div className={styles.centre}>
      {problem === null ? (
        <>
          <Spinner label="Planning the layers" />
          <span className={styles.text}>Planning the layers…</span>
        </>
      ) : (
        <FailureCard
          title="The layers could not be planned"
          failure={{
            code: 'bug',
            message: problem,
            hint: 'Change the strategy, or take back the last change of the layering.',
            action: null,
            details: null,
            log: null,
            fixes: [],
          }}
        />
      )}
    </div>
  );
}
