import { ArrowLeftRight, GitCompareArrows } from 'lucide-react';
import { IconButton } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { SelectField } from '../../components/field.tsx';
import { ImageTask } from '../../locations/image-task.tsx';
import { LocationInput } from '../../locations/location-input.tsx';
import { useClosure } from '../../state/closure/store.ts';
import { useDocument } from '../../state/document/store.ts';
import styles from './compare-screen.module.css';
import {
  comparedOf,
  refusedReference,
  type Side,
  type SideChoice,
  startComparison,
  useCompare,
  useSides,
} from './compare-state.ts';
import { ComparisonResult } from './comparison-result.tsx';

/** Two images side by side: what changed, and what a client downloads. */
export function CompareScreen() {
  const jobId = useCompare((state) => state.jobId);
  const sides = useSides();
  const { before, after } = sides;
  const closure = useClosure();
  const open = useDocument((state) => state.open);
  const isNamed = (side: SideChoice) => comparedOf(side, closure, open) !== null;
  return (
    <ImageTask
      label="What to compare"
      fields={
        <>
          <SidePicker side="before" label="Before" />
          <IconButton
            icon={ArrowLeftRight}
            label="Swap the sides"
            onClick={() => useCompare.setState({ before: after, after: before })}
          />
          <SidePicker side="after" label="After" />
        </>
      }
      submit={{ title: 'Compare', icon: GitCompareArrows, ready: isNamed(before) && isNamed(after) }}
      start={() => startComparison(sides)}
      jobId={jobId}
      resultOf={({ detail }) => (detail.kind === 'compare' ? detail.result : null)}
      failedTitle="The images could not be compared"
      progressLabel="Comparing"
      refused={(failure) => refusedReference({ before, after }, failure)}
      empty={
        <EmptyState title="Choose two images">
          A document, an archive, an image directory or a registry reference, of any builder.
        </EmptyState>
      }
    >
      {(comparison) => <ComparisonResult comparison={comparison} />}
    </ImageTask>
  );
}

function SidePicker({ side, label }: { readonly side: Side; readonly label: string }) {
  const choice = useSides()[side];
  const { build, image } = useClosure();
  const change = (next: Partial<SideChoice>) => useCompare.setState({ [side]: { ...choice, ...next } });
  return (
    <fieldset className={styles.side}>
      <legend className="visually-hidden">{label}</legend>
      <SelectField
        label={label}
        value={choice.kind}
        onChange={(value) => change({ kind: value })}
        options={[
          { value: 'plan', title: 'This document', disabled: build === null },
          { value: 'image', title: 'Last packed image', disabled: image === null },
          { value: 'location', title: 'File or reference' },
        ]}
      />
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
