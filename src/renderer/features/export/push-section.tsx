import { CloudUpload } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { BillFormat } from '../../../engine/sbom/bill.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { FailureCard } from '../../components/failure-card.tsx';
import { InputField, SelectField } from '../../components/field.tsx';
import { factsSource } from '../../layers/layering-facts.ts';
import { AccessDisclosure } from '../../registry/access-fields.tsx';
import { AccessForm, accessQuestion } from '../../registry/access-form.tsx';
import { useBaseline } from '../../registry/baseline.ts';
import { PushForecast } from '../../registry/push-forecast.tsx';
import { registryOf } from '../../registry/reference-words.ts';
import { accessTo, rememberRegistry, useReference, writeReference } from '../../registry/registry-state.ts';
import { useClosure } from '../../state/closure/store.ts';
import { useShownPlan } from '../../state/closure/use-plan.ts';
import { refOf } from '../../state/document/actions.ts';
import { useOpen, useTheDocument } from '../../state/document/store.ts';
import { host } from '../../state/host.ts';
import { followJob, isOver, newestJob, useJobs } from '../../state/jobs.ts';
import { isMended } from '../../state/mended.ts';
import { plannedWith } from '../../state/planned-with.ts';
import { useJob } from '../../state/use-job.ts';
import { useStart } from '../../state/use-start.ts';
import { BILLS } from './bills.ts';
import { PushProgress } from './push-progress.tsx';
import styles from './ship.module.css';

/** Upload the image to a registry. */
export function PushSection() {
  const open = useOpen();
  const build = useClosure((state) => state.build);
  const reference = useReference();
  const [bill, setBill] = useState<BillFormat | ''>('');
  const newest = useJobs(({ jobs }) => newestJob(jobs, 'push', refOf(open)));
  const job = useJob(newest?.id ?? null);
  const running = job !== null && !isOver(job);

  const push = useStart(async () => {
    if (build === null) return;
    const { jobId } = await host().registry.push({
      ref: refOf(open),
      build: build.build,
      document: open.history.present,
      ...plannedWith(open.history.present.layering),
      reference,
      access: accessTo(reference),
      bill: bill === '' ? null : bill,
    });
    rememberRegistry(reference);
    followJob(jobId);
  });
  const start = () => push.start();
  const refusal = push.failure ?? (job?.state === 'failed' ? job.failure : null);
  const question = accessQuestion(refusal);
  const mended = job?.state === 'failed' && isMended(job.failure?.details, open.history.present);

  return (
    <Card title="Push to a registry">
      <InputField
        label="Reference"
        hint="REGISTRY/REPOSITORY:TAG. Layers that the registry has are not sent again."
        mono
        value={reference}
        onChange={(text) => writeReference(text)}
      />
      <Expected />
      <SelectField
        label="Bill of materials to attach"
        options={BILLS}
        value={bill}
        onChange={(value) => setBill(value)}
      />
      {question !== 'trust' && <AccessDisclosure key={registryOf(reference)} reference={reference} />}
      <div className={styles.actions}>
        <Button
          variant="primary"
          icon={CloudUpload}
          disabled={running || push.starting || reference.trim() === ''}
          onClick={start}
        >
          Push
        </Button>
      </div>
      {push.failure !== null && question === null && (
        <FailureCard compact title="The push could not be started" failure={push.failure} onRetry={start} />
      )}
      {job !== null && !mended && push.failure === null && question === null && (
        <PushProgress job={job} onRetry={start} />
      )}
      {refusal !== null && question !== null && (
        <AccessForm question={question} failure={refusal} reference={reference} onRetry={start} />
      )}
    </Card>
  );
}

/** What a push would move, as the Strata screen says it. */
function Expected() {
  const { layering } = useTheDocument();
  const closure = useClosure((state) => state.closure);
  const plan = useShownPlan({ layering });
  const baseline = useBaseline();
  const { layers: there, compressionRatio } = baseline;
  const forecast = useMemo(
    () =>
      closure &&
      plan &&
      factsSource(closure, { layers: there, compressionRatio }).facts(plan.layers(layering.budget)),
    [closure, plan, there, compressionRatio, layering.budget],
  );
  if (forecast === null) return null;
  return (
    <p className={styles.expected}>
      <span>
        Against {baseline.title}: <PushForecast forecast={forecast} baseline={baseline} />
      </span>
      {there === undefined && !baseline.asking && (
        <Button small onClick={baseline.ask}>
          Ask
        </Button>
      )}
    </p>
  );
}
