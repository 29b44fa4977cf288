import { PackageOpen } from 'lucide-react';
import { formatBytes } from '../../../shared/format.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FailureCard } from '../../components/failure-card.tsx';
import { ProgressBar } from '../../components/progress.tsx';
import { cancelJob, isOver } from '../../state/jobs.ts';
import { useJob } from '../../state/use-job.ts';
import { LocationInput } from '../compare/location-input.tsx';
import { useShip } from '../push/ship-state.ts';
import { SignIn } from '../push/sign-in.tsx';
import styles from './open-screen.module.css';
import { openLocation, useOpened } from './open-state.ts';
import { OpenedView } from './opened-view.tsx';

/** Look into an image of any builder. */
export function OpenScreen() {
  const { location, jobId, failure } = useOpened();
  const job = useJob(jobId);
  const credentials = useShip((ship) => ship.credentials);
  const running = job !== null && !isOver(job);
  const result = job?.detail.kind === 'inspect' ? job.detail.result : null;
  const wantsAccount = job?.failure?.code === 'registry-unauthorized';
  const progress = job?.progress;

  return (
    <div className={styles.screen}>
      <form
        className={styles.head}
        aria-label="Image to open"
        onSubmit={(event) => {
          event.preventDefault();
          void openLocation();
        }}
      >
        <div className={styles.location}>
          <LocationInput
            label="Image"
            hint="An OCI or docker archive, an image directory, or a registry reference. Nothing is unpacked."
            value={location}
            onChange={(value) => useOpened.setState({ location: value })}
          />
        </div>
        <Button
          type="submit"
          variant="primary"
          icon={PackageOpen}
          disabled={running || location.trim() === ''}
        >
          Open
        </Button>
      </form>
      {failure && <FailureCard compact title="The image cannot be opened" failure={failure} />}
      {running && (
        <div className={styles.running}>
          <span role="status">{progress?.phase ?? 'Starting…'}</span>
          <ProgressBar
            label="Reading the image"
            value={progress?.total ? progress.done / progress.total : null}
          />
          {progress?.total ? (
            <span>
              {formatBytes(progress.done)} of {formatBytes(progress.total)}
            </span>
          ) : null}
          <Button small variant="danger" onClick={() => cancelJob(job.id)}>
            Cancel
          </Button>
        </div>
      )}
      {wantsAccount && (
        <SignIn
          reference={location.trim()}
          refused={Object.keys(credentials).some((registry) => location.startsWith(`${registry}/`))}
          onSignIn={() => void openLocation()}
        />
      )}
      {job?.state === 'failed' && job.failure !== null && !wantsAccount && (
        <FailureCard
          title="The image could not be opened"
          failure={job.failure}
          onRetry={() => void openLocation()}
        />
      )}
      {result !== null ? (
        <OpenedView image={result} />
      ) : (
        job === null && (
          <EmptyState title="Open any image">
            Layers, history, files, store paths and wasted bytes, whoever built it.
          </EmptyState>
        )
      )}
    </div>
  );
}
