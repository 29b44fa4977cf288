import { CloudUpload, RotateCw } from 'lucide-react';
import { useMemo } from 'react';
import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { Button } from '../../components/button.tsx';
import { Select, TextInput } from '../../components/field.tsx';
import { Spinner } from '../../components/progress.tsx';
import { AccessForm, accessQuestion } from '../../registry/access-form.tsx';
import { askRegistry, useReference, useRegistry, writeReference } from '../../registry/registry-state.ts';
import type { Closure } from '../../state/closure/analysis.ts';
import { useClosure } from '../../state/closure/store.ts';
import { forecaster, packedLayers, type UploadForecast } from './upload-forecast.ts';
import styles from './upload-strip.module.css';

export interface UploadStripProps {
  readonly closure: Closure;
  /** At the budget under the hand. */
  readonly layers: readonly PlannedLayer[];
}

/** What a push would upload, while the budget is dragged. */
export function UploadStrip({ closure, layers }: UploadStripProps) {
  const image = useClosure((state) => state.image);
  const { against, there } = useRegistry();
  const reference = useReference();
  const asked = there?.reference === reference ? there : null;
  const last = useMemo(() => packedLayers(image), [image]);
  const known = asked?.state === 'known' ? asked : null;
  const forecast = useMemo(() => {
    if (against === 'last') return last && forecaster(closure.graph, last, last);
    return known && forecaster(closure.graph, known.image, last);
  }, [against, closure, last, known]);
  const failure = (against === 'reference' && asked?.failure) || null;
  const question = accessQuestion(failure);

  return (
    <section className={styles.strip} aria-label="What a push would upload">
      <CloudUpload size={15} aria-hidden />
      <span>A push against</span>
      <Select
        aria-label="Compare a push with"
        className={styles.against}
        value={against}
        onChange={({ target }) => useRegistry.setState({ against: target.value as 'last' | 'reference' })}
        options={[
          { value: 'last', title: 'the last image' },
          { value: 'reference', title: 'a registry' },
        ]}
      />
      {against === 'reference' && (
        <>
          <TextInput
            mono
            className={styles.reference}
            aria-label="Registry reference"
            value={reference}
            onChange={({ target }) => writeReference(target.value)}
            onKeyDown={({ key }) => key === 'Enter' && void askRegistry(reference)}
          />
          <Button
            small
            icon={RotateCw}
            disabled={asked?.state === 'asking'}
            onClick={() => void askRegistry(reference)}
          >
            {known ? 'Ask again' : 'Ask'}
          </Button>
        </>
      )}
      <output className={styles.forecast}>
        {forecast !== null ? (
          <ForecastText
            forecast={forecast(layers)}
            isEmpty={against === 'reference' && known?.image === null}
          />
        ) : asked?.state === 'asking' && against === 'reference' ? (
          <>
            <Spinner /> asking…
          </>
        ) : against === 'last' ? (
          'uploads everything: nothing was packed yet'
        ) : (
          question === null && (failure?.message ?? 'Ask what is there now.')
        )}
      </output>
      {failure !== null && question !== null && (
        <AccessForm
          question={question}
          failure={failure}
          reference={reference}
          onRetry={() => void askRegistry(reference)}
        />
      )}
    </section>
  );
}

function ForecastText({
  forecast,
  isEmpty,
}: {
  readonly forecast: UploadForecast;
  readonly isEmpty: boolean;
}) {
  const { layers, newLayers, newBytes, uploadBytes } = forecast;
  return (
    <>
      uploads{' '}
      <strong>
        {newLayers} of {count(layers, 'layer')}
      </strong>
      , {formatBytes(newBytes)}
      {uploadBytes !== null && newBytes > 0 && ` (about ${formatBytes(uploadBytes)} compressed)`}
      {isEmpty && ' · nothing is there yet'}
    </>
  );
}
