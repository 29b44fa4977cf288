import { useEffect, useState } from 'react';
import { type ShownFailure, toFailure } from '../../client/failure.ts';
import { CopyButton, FailureCard } from '../../components/failure-card.tsx';
import { JsonView } from '../../components/json-view.tsx';
import { Spinner } from '../../components/progress.tsx';
import { host } from '../../state/host.ts';
import styles from './raw-view.module.css';

interface Raw {
  readonly manifest: unknown;
  readonly config: unknown;
}

/** The manifest and the configuration, byte for byte as they are in the image, laid out to be read. */
export function RawView({ image }: { readonly image: string }) {
  const [raw, setRaw] = useState<Raw | null>(null);
  const [failure, setFailure] = useState<ShownFailure | null>(null);
  useEffect(() => {
    host()
      .images.raw({ image })
      .then(setRaw)
      .catch((error: unknown) => setFailure(toFailure(error)));
  }, [image]);
  if (failure) return <FailureCard compact title="The manifest could not be read" failure={failure} />;
  if (raw === null) return <Spinner label="Reading the manifest" />;
  return (
    <div className={styles.columns}>
      {(['manifest', 'config'] as const).map((name) => (
        <section key={name} className={styles.column} aria-label={name}>
          <header className={styles.head}>
            <h2>{name === 'manifest' ? 'Manifest' : 'Config'}</h2>
            <CopyButton text={JSON.stringify(raw[name], null, 2)} />
          </header>
          <JsonView value={raw[name]} name={name} />
        </section>
      ))}
    </div>
  );
}
