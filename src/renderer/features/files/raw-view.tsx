import { FailureCard } from '../../components/failure-card.tsx';
import { JsonPane } from '../../components/json-view.tsx';
import { Spinner } from '../../components/progress.tsx';
import { questions, useAnswer } from '../../state/questions.ts';
import styles from './raw-view.module.css';

/** The manifest and the configuration, byte for byte as they are in the image, laid out to be read. */
export function RawView({ image }: { readonly image: string }) {
  const raw = useAnswer(questions().images.raw.queryOptions({ input: { image } }));
  if (raw.value === null) {
    return (
      <div className={styles.pending}>
        {raw.failure === null ? (
          <Spinner label="Reading the manifest" />
        ) : (
          <FailureCard
            compact
            title="The manifest could not be read"
            failure={raw.failure}
            onRetry={raw.retry}
          />
        )}
      </div>
    );
  }
  const { manifest, config } = raw.value;
  return (
    <div className={styles.columns}>
      <JsonPane title="Manifest" name="manifest" value={manifest} />
      <JsonPane title="Config" name="config" value={config} />
    </div>
  );
}
