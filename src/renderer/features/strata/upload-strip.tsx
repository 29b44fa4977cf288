import { CloudUpload, RotateCw } from 'lucide-react';
import { Button } from '../../components/button.tsx';
import { Select, TextInput } from '../../components/field.tsx';
import { AccessForm, accessQuestion } from '../../registry/access-form.tsx';
import type { Baseline } from '../../registry/baseline.ts';
import { type Forecast, PushForecast } from '../../registry/push-forecast.tsx';
import { chooseAgainst, useReference, writeReference } from '../../registry/registry-state.ts';
import styles from './upload-strip.module.css';

export interface UploadStripProps {
  readonly baseline: Baseline;
  /** At the budget under the hand. */
  readonly forecast: Forecast;
}

/** What all numbers and marks are compared with, and what a push would upload, while the budget is dragged. */
export function UploadStrip({ baseline, forecast }: UploadStripProps) {
  const reference = useReference();
  const { kind, layers, asking, failure, ask } = baseline;
  const question = accessQuestion(failure);
  return (
    <section className={styles.strip} aria-label="What a push would upload">
      <CloudUpload size={15} aria-hidden />
      <span>A push against</span>
      <Select
        aria-label="Compare a push with"
        className={styles.against}
        value={kind}
        onChange={chooseAgainst}
        options={[
          { value: 'last', title: 'the last image' },
          { value: 'reference', title: 'a registry' },
        ]}
      />
      {kind === 'reference' && (
        <>
          <TextInput
            mono
            className={styles.reference}
            aria-label="Registry reference"
            value={reference}
            onChange={({ target }) => writeReference(target.value)}
            onKeyDown={({ key }) => key === 'Enter' && ask()}
          />
          <Button small icon={RotateCw} disabled={asking} onClick={ask}>
            {layers === undefined ? 'Ask' : 'Ask again'}
          </Button>
        </>
      )}
      <output className={styles.forecast}>
        <PushForecast forecast={forecast} baseline={baseline} />
      </output>
      {failure !== null && question !== null && (
        <AccessForm question={question} failure={failure} reference={reference} onRetry={ask} />
      )}
    </section>
  );
}
