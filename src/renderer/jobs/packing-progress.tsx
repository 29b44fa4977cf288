import { CircleCheck, CircleDashed, CircleX, PackageCheck } from 'lucide-react';
import type { LayerProgress } from '../../shared/contract/job-kinds.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import { count, formatBytes, formatCount, formatDuration, formatPercent } from '../../shared/format.ts';
import { FailureCard } from '../components/failure-card.tsx';
import { ProgressBar, Spinner } from '../components/progress.tsx';
import { useNow } from '../components/use-now.ts';
import { isOver } from '../state/jobs.ts';
import { JobHead } from './job-head.tsx';
import styles from './packing-progress.module.css';

/** The packing of an image: the whole and each layer. */
export function PackingProgress({ job, onRetry }: { readonly job: Job; readonly onRetry: () => void }) {
  const over = isOver(job);
  const now = useNow(over ? 60_000 : 500);
  if (job.detail.kind !== 'image') return null;
  const { layers, writtenBytes } = job.detail;
  const doneBytes = layers.reduce((sum, layer) => sum + layer.doneBytes, 0);
  const totalBytes = layers.reduce((sum, layer) => sum + layer.totalBytes, 0);
  const started = job.startedAt === null ? now : Date.parse(job.startedAt);
  const seconds = Math.max(0.001, (now - started) / 1000);
  if (job.state === 'failed' && job.failure !== null) {
    return <FailureCard title="The image could not be made" failure={job.failure} onRetry={onRetry} />;
  }
  return (
    <section className={styles.packing} aria-label="Packing">
      <JobHead
        job={job}
        title={titleOf(job)}
        rate={
          doneBytes === 0 ? null : `${formatBytes(doneBytes / seconds)}/s · ${formatDuration(now - started)}`
        }
      />
      {!over && <ProgressBar label="Packing" value={totalBytes > 0 ? doneBytes / totalBytes : null} />}
      <p className={styles.sum}>{sumText(job.state, layers, writtenBytes)}</p>
      {!over && (
        <ol className={styles.layers} aria-label="Layers">
          {layers.map((layer) => (
            <LayerRow key={layer.index} layer={layer} />
          ))}
        </ol>
      )}
    </section>
  );
}

function sumText(state: Job['state'], layers: readonly LayerProgress[], writtenBytes: number): string {
  const inState = (wanted: LayerProgress['state']) => layers.filter(({ state }) => state === wanted).length;
  const [cached, packed] = [inState('cached'), inState('packed')];
  if (state === 'cancelled') {
    return packed === 0
      ? ''
      : `${count(packed, 'layer')} had been packed; the next export takes them as they are.`;
  }
  return [
    layers.length > 0 && count(layers.length, 'layer'),
    cached > 0 && `${formatCount(cached)} packed before`,
    writtenBytes > 0 && `${formatBytes(writtenBytes)} written`,
  ]
    .filter(Boolean)
    .join(' · ');
}

function titleOf(job: Job): string {
  switch (job.state) {
    case 'queued':
      return 'Waiting to pack';
    case 'running':
      return 'Packing';
    case 'done':
      return 'Packed';
    case 'cancelled':
      return 'Cancelled: nothing was written';
    case 'failed':
      return 'Failed';
  }
}

function LayerRow({ layer }: { readonly layer: LayerProgress }) {
  const { index, title, state, doneBytes, totalBytes } = layer;
  const value = state === 'packed' || state === 'cached' ? 1 : totalBytes > 0 ? doneBytes / totalBytes : 0;
  return (
    <li className={styles.layer} data-state={state}>
      <StateMark state={state} />
      <span className={styles.number}>{index + 1}</span>
      <span className={styles.title}>{title}</span>
      <span className={styles.state}>{state === 'packing' ? formatPercent(value) : state}</span>
      <span className={styles.size}>{formatBytes(totalBytes)}</span>
      <span className={styles.meter}>
        <ProgressBar thin label={title} value={value} tone={state === 'failed' ? 'danger' : 'accent'} />
      </span>
    </li>
  );
}

function StateMark({ state }: { readonly state: LayerProgress['state'] }) {
  switch (state) {
    case 'waiting':
      return <CircleDashed size={14} aria-hidden />;
    case 'packing':
      return <Spinner />;
    case 'packed':
      return <PackageCheck size={14} aria-hidden />;
    case 'cached':
      return <CircleCheck size={14} aria-hidden />;
    case 'failed':
      return <CircleX size={14} aria-hidden />;
  }
}
