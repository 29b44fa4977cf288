import { CloudUpload, RotateCw } from 'lucide-react';
import { useMemo } from 'react';
import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { BY_CHAIN } from '../../../shared/stores.ts';
import { Button } from '../../components/button.tsx';
import { Select, TextInput } from '../../components/field.tsx';
import { Spinner } from '../../components/progress.tsx';
import { AccessForm, accessQuestion } from '../../registry/access-form.tsx';
import {
  useReference,
  useRegistry,
  useRegistryImage,
  writeReference,
} from '../../registry/registry-state.ts';
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
  const against = useRegistry((state) => state.against);
  const reference = useReference();
  const { image: there, asking, ask, ...asked } = useRegistryImage(reference);
  const last = useMemo(() => packedLayers(image), [image]);
  const forecast = useMemo(() => {
    if (against === 'last') return last && forecaster(closure.graph, last, last);
    return there === undefined ? null : forecaster(closure.graph, there, last);
  }, [against, closure, last, there]);
  const failure = against === 'reference' ? asked.failure : null;
  const question = accessQuestion(failure);

  return (
    <section className={styles.strip} aria-label="What a push would upload">
      <CloudUpload size={15} aria-hidden />
      <span>A push against</span>
      <Select
        aria-label="Compare a push with"
        className={styles.against}
        value={against}
        onChange={(value) => useRegistry.setState({ against: value })}
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
            onKeyDown={({ key }) => key === 'Enter' && ask()}
          />
          <Button small icon={RotateCw} disabled={asking} onClick={ask}>
            {there === undefined ? 'Ask' : 'Ask again'}
          </Button>
        </>
      )}
      <output className={styles.forecast}>
        {forecast !== null ? (
          <ForecastText forecast={forecast(layers)} isEmpty={against === 'reference' && there === null} />
        ) : asking && against === 'reference' ? (
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
        <AccessForm question={question} failure={failure} reference={reference} onRetry={ask} />
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
  const { layers, newLayers, newBytes, newBytesByChain, uploadBytes } = forecast;
  return (
    <>
      uploads{' '}
      <strong>
        {newLayers} of {count(layers, 'layer')}
      </strong>
      , {formatBytes(newBytes)}
      {uploadBytes !== null && newBytes > 0 && ` (about ${formatBytes(uploadBytes)} compressed)`}
      {isEmpty && ' · nothing is there yet'}
      {!isEmpty && newBytesByChain > 0 && ` · ${BY_CHAIN} then pulls ${formatBytes(newBytesByChain)}`}
    </>
  );
}
