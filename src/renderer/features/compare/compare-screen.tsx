import { ArrowLeftRight, GitCompareArrows } from 'lucide-react';
import { Button, IconButton } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FailureCard } from '../../components/failure-card.tsx';
import { Field, Select } from '../../components/field.tsx';
import { ProgressBar } from '../../components/progress.tsx';
import { useClosure } from '../../state/closure/store.ts';
import { cancelJob, isOver } from '../../state/jobs.ts';
import { useJob } from '../../state/use-job.ts';
import { useShip } from '../push/ship-state.ts';
import { SignIn } from '../push/sign-in.tsx';
import styles from './compare-screen.module.css';
import {
  comparedOf,
  refusedReference,
  type Side,
  type SideKind,
  startComparison,
  useCompare,
} from './compare-state.ts';
import { ComparisonResult } from './comparison-result.tsx';
import { LocationInput } from './location-input.tsx';

/** Two images side by side: what changed, and what a client downloads. */
export function CompareScreen() {
  const state = useCompare();
  const { before, after, jobId, failure } = state;
  const job = useJob(jobId);
  const credentials = useShip((ship) => ship.credentials);
  useClosure((closure) => closure.image ?? closure.build);
  const running = job !== null && !isOver(job);
  const ready = comparedOf(before) !== null && comparedOf(after) !== null;
  const result = job?.detail.kind === 'compare' ? job.detail.result : null;
  const wantsAccount = job?.failure?.code === 'registry-unauthorized';
  const reference = job?.failure ? refusedReference(state, job.failure) : '';

  return (
    <div className={styles.screen}>
      <form
        className={styles.head}
        aria-label="What to compare"
        onSubmit={(event) => {
          event.preventDefault();
          void startComparison();
        }}
      >
        <SidePicker side="before" label="Before" />
        <IconButton
          icon={ArrowLeftRight}
          label="Swap the sides"
          onClick={() => useCompare.setState({ before: after, after: before })}
        />
        <SidePicker side="after" label="After" />
        <Button type="submit" variant="primary" icon={GitCompareArrows} disabled={!ready || running}>
          Compare
        </Button>
      </form>
      {failure && <FailureCard compact title="The images cannot be compared" failure={failure} />}
      {running && (
        <div className={styles.running}>
          <span role="status">{job.progress?.phase ?? 'Starting…'}</span>
          <ProgressBar label="Comparing" value={null} />
          <Button small variant="danger" onClick={() => cancelJob(job.id)}>
            Cancel
          </Button>
        </div>
      )}
      {wantsAccount && (
        <SignIn
          reference={reference}
          refused={Object.keys(credentials).some((registry) => reference.startsWith(`${registry}/`))}
          onSignIn={() => void startComparison()}
        />
      )}
      {job?.state === 'failed' && job.failure !== null && !wantsAccount && (
        <FailureCard
          title="The images could not be compared"
          failure={job.failure}
          onRetry={() => void startComparison()}
        />
      )}
      {result !== null ? (
        <ComparisonResult comparison={result} />
      ) : (
        job === null && (
          <EmptyState title="Choose two images">
            A document, an archive, an image directory or a registry reference, of any builder.
          </EmptyState>
        )
      )}
    </div>
  );
}

function SidePicker({ side, label }: { readonly side: Side; readonly label: string }) {
  const choice = useCompare((state) => state[side]);
  const { build, image } = useClosure();
  const change = (next: Partial<typeof choice>) => useCompare.setState({ [side]: { ...choice, ...next } });
  return (
    <fieldset className={styles.side}>
      <legend className="visually-hidden">{label}</legend>
      <Field label={label}>
        {(control) => (
          <Select
            {...control}
            value={choice.kind}
            onChange={({ target }) => change({ kind: target.value as SideKind })}
            options={[
              { value: 'plan', title: 'this document as it is now', disabled: build === null },
              { value: 'image', title: 'the image packed last', disabled: image === null },
              { value: 'location', title: 'a file or reference' },
            ]}
          />
        )}
      </Field>
      {choice.kind === 'location' && (
        <LocationInput
          documents
          label={`${label}: file or reference`}
          value={choice.location}
          onChange={(location) => change({ location })}
        />
      )}
    </fieldset>
  );
}
