import { CircleCheck } from 'lucide-react';
import type { Job } from '../../../shared/contract/jobs.ts';
import type { BlobUpload, PushResult } from '../../../shared/contract/registry.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { CopyButton, FailureCard } from '../../components/failure-card.tsx';
import { ProgressBar } from '../../components/progress.tsx';
import { JobHead } from '../../jobs/job-head.tsx';
import { isOver } from '../../state/jobs.ts';
import { PullCommand } from './pull-command.tsx';
import styles from './ship.module.css';
import { blobStateText, sumUpload } from './upload-progress.ts';

/** A push: the whole, each blob with its rate, and what came of it. */
export function PushProgress({ job, onRetry }: { readonly job: Job; readonly onRetry: () => void }) {
  if (job.detail.kind !== 'push') return null;
  const { blobs, layers, result, reference } = job.detail;
  if (job.state === 'failed' && job.failure !== null) {
    return <FailureCard title={`${reference} was not pushed`} failure={job.failure} onRetry={onRetry} />;
  }
  if (job.state === 'done' && result !== null) return <Pushed result={result} />;
  const over = isOver(job);
  const sum = sumUpload(blobs);
  const packed = layers.filter(({ state }) => state === 'packed' || state === 'cached').length;
  const value =
    blobs.length === 0
      ? packed / Math.max(1, layers.length)
      : sum.totalBytes === 0
        ? 1
        : sum.doneBytes / sum.totalBytes;
  return (
    <section className={styles.progress} aria-label="Pushing">
      <JobHead
        job={job}
        title={over ? 'Cancelled: the tag is as it was' : `Pushing to ${reference}`}
        rate={sum.bytesPerSecond === 0 ? null : `${formatBytes(sum.bytesPerSecond)}/s`}
      />
      {!over && <ProgressBar label={blobs.length === 0 ? 'Packing' : 'Uploading'} value={value} />}
      {blobs.length > 0 ? (
        <>
          <p className={styles.hint}>
            {formatBytes(sum.doneBytes)} of {formatBytes(sum.totalBytes)} · {count(sum.present, 'blob')} there
            already · {sum.left} to go
          </p>
          <ol className={styles.blobs} aria-label="Blobs">
            {blobs.map((blob) => (
              <BlobRow key={blob.digest} blob={blob} />
            ))}
          </ol>
        </>
      ) : (
        <p className={styles.hint}>
          {packed} of {count(layers.length, 'layer')} packed
        </p>
      )}
    </section>
  );
}

function BlobRow({ blob }: { readonly blob: BlobUpload }) {
  const { title, state, sizeBytes, doneBytes, bytesPerSecond } = blob;
  const value = state === 'waiting' || state === 'checking' ? 0 : sizeBytes === 0 ? 1 : doneBytes / sizeBytes;
  return (
    <li data-state={state}>
      <span className={styles.name} title={blob.digest}>
        {title}
      </span>
      <span className={styles.number}>
        {state === 'moving' && bytesPerSecond > 0 ? `${formatBytes(bytesPerSecond)}/s` : ''}
      </span>
      <span className={styles.number}>{blobStateText(blob)}</span>
      <span className={styles.number}>{formatBytes(sizeBytes)}</span>
      <ProgressBar thin label={title} value={value} tone={state === 'moved' ? 'ok' : 'accent'} />
    </li>
  );
}

function Pushed({ result }: { readonly result: PushResult }) {
  const { reference, digest, pinned, movedBytes, movedBlobs, blobs, changed, bill } = result;
  return (
    <section className={styles.done} aria-label="Pushed">
      <header>
        <CircleCheck size={16} aria-hidden />
        <strong role="status">
          {changed ? `Pushed ${reference}` : `${reference} is this very image already`}
        </strong>
      </header>
      <p className={styles.hint}>
        {movedBlobs} of {count(blobs, 'blob')} uploaded, {formatBytes(movedBytes)}
        {bill !== null && ' · bill of materials attached'}
      </p>
      <div className={styles.line}>
        <code title={digest}>{pinned}</code>
        <CopyButton text={pinned} title="Copy reference" />
      </div>
      <PullCommand reference={reference} />
    </section>
  );
}
