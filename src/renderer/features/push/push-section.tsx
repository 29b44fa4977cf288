import { CloudUpload } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { BillFormat } from '../../../shared/contract/registry.ts';
import { type ShownFailure, toFailure } from '../../client/failure.ts';
import { Button } from '../../components/button.tsx';
import { FailureCard } from '../../components/failure-card.tsx';
import { Field, Select, Switch, TextInput } from '../../components/field.tsx';
import { takeImage, useClosure } from '../../state/closure/store.ts';
import { refOf } from '../../state/document/actions.ts';
import { useOpen } from '../../state/document/store.ts';
import { host } from '../../state/host.ts';
import { followJob, isOver, newestJob, useJobs } from '../../state/jobs.ts';
import { inBackground } from '../../state/notices.ts';
import { useJob } from '../../state/use-job.ts';
import { BILLS } from './bills.ts';
import { PushProgress } from './push-progress.tsx';
import { isOnThisMachine, registryOf } from './reference-words.ts';
import styles from './ship.module.css';
import { accessTo, rememberRegistry, useReference, useShip, writeReference } from './ship-state.ts';
import { SignIn } from './sign-in.tsx';

/** Upload the image to a registry. */
export function PushSection() {
  const open = useOpen();
  const build = useClosure((state) => state.build);
  const reference = useReference();
  const { insecure, credentials } = useShip();
  const [bill, setBill] = useState<BillFormat | ''>('');
  const [failure, setFailure] = useState<ShownFailure | null>(null);
  const newest = useJobs(({ jobs }) => newestJob(jobs, 'push', refOf(open)));
  const job = useJob(newest?.id ?? null);
  const running = job !== null && !isOver(job);
  const registry = registryOf(reference);
  const isPushed = job?.state === 'done';
  const ref = refOf(open);
  const { draft, path } = ref;

  useEffect(() => {
    // What was pushed is the last image from now on: the next push is measured by it.
    if (isPushed) {
      inBackground('The last image could not be read', async () => {
        const image = await host().images.latest({ draft, path });
        if (image !== null) takeImage(image);
      });
    }
  }, [isPushed, draft, path]);

  const push = async (): Promise<void> => {
    setFailure(null);
    if (build === null) return;
    try {
      const { jobId } = await host().registry.push({
        ref,
        build: build.build,
        document: open.history.present,
        reference,
        access: accessTo(reference),
        bill: bill === '' ? null : bill,
      });
      rememberRegistry(reference);
      followJob(jobId);
    } catch (error) {
      setFailure(toFailure(error));
    }
  };
  const unauthorized = job?.state === 'failed' && job.failure?.code === 'registry-unauthorized';
  const refused = credentials[registry ?? ''] !== undefined;

  return (
    <section className={styles.section} aria-labelledby="push-title">
      <h2 id="push-title">Push to a registry</h2>
      <Field
        label="Reference"
        hint="REGISTRY/REPOSITORY:TAG. Layers that the registry has are not sent again."
      >
        {(control) => (
          <TextInput
            {...control}
            mono
            value={reference}
            onChange={({ target }) => writeReference(target.value)}
          />
        )}
      </Field>
      <div className={styles.pair}>
        <Field label="Bill of materials to attach">
          {(control) => (
            <Select
              {...control}
              options={BILLS}
              value={bill}
              onChange={({ target }) => setBill(target.value as BillFormat | '')}
            />
          )}
        </Field>
        {!isOnThisMachine(registry) && (
          <Switch
            label="Allow an insecure connection"
            hint="Plain HTTP, or a certificate that nobody vouches for"
            checked={insecure}
            onChange={(checked) => useShip.setState({ insecure: checked })}
          />
        )}
      </div>
      <div className={styles.actions}>
        <Button variant="primary" icon={CloudUpload} disabled={running} onClick={() => void push()}>
          Push
        </Button>
      </div>
      {failure && (
        <FailureCard
          compact
          title="The push could not be started"
          failure={failure}
          onRetry={() => void push()}
        />
      )}
      {job !== null && <PushProgress job={job} onRetry={() => void push()} />}
      {unauthorized && <SignIn reference={reference} refused={refused} onSignIn={() => void push()} />}
    </section>
  );
}
