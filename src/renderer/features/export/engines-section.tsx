import { useQuery } from '@tanstack/react-query';
import { Container } from 'lucide-react';
import { formatBytes } from '../../../shared/format.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { FailureCard } from '../../components/failure-card.tsx';
import { isOver } from '../../state/jobs.ts';
import { questions } from '../../state/questions.ts';
import { useStart } from '../../state/use-start.ts';
import { startImage, useImageJob } from '../../state/work.ts';
import styles from './ship.module.css';

/** Put this image into an engine of this machine. Nothing is shown where none answers. */
export function EnginesSection() {
  const { data: engines = [] } = useQuery(questions().images.engines.queryOptions());
  const job = useImageJob();
  const running = job !== null && !isOver(job);
  const put = useStart(async (engine: string) => {
    await startImage(null, engine);
  });
  const into = job?.detail.kind === 'image' && job.state === 'done' ? job.detail.result?.into : null;
  if (engines.length === 0) return null;
  return (
    <Card title="Open in an engine of this machine">
      <div className={styles.actions}>
        {engines.map(({ engine, version }) => (
          <Button
            key={engine}
            icon={Container}
            disabled={running || put.starting}
            onClick={() => put.start(engine)}
          >
            Open in {engine.replace(/:\/\/$/, '').replace('://', ', ')} {version}
          </Button>
        ))}
      </div>
      <p className={styles.hint}>
        What is not packed yet is packed first; only what the engine lacks is sent.
      </p>
      {put.failure && <FailureCard compact title="It could not be started" failure={put.failure} />}
      {into && (
        <p className={styles.hint} role="status">
          There as <code>{into.names.join(', ')}</code>, {formatBytes(into.sentBytes)} sent
        </p>
      )}
    </Card>
  );
}
