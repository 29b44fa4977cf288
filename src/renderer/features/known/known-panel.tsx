import { Plus, RotateCw, X } from 'lucide-react';
import { type FormEvent, useMemo } from 'react';
import type { JobSummary } from '../../../shared/contract/jobs.ts';
import type { KnownEntry } from '../../../shared/contract/known.ts';
import { hintOf } from '../../client/failure.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { RunningJob } from '../../jobs/running-job.tsx';
import { OtherStrategy } from '../../layers/other-strategy.tsx';
import { LocationInput } from '../../locations/location-input.tsx';
import { AccessFailure } from '../../registry/access-form.tsx';
import { useClosure } from '../../state/closure/store.ts';
import { usePlan } from '../../state/closure/use-plan.ts';
import { refOf } from '../../state/document/actions.ts';
import { type OpenDocument, useDocument } from '../../state/document/store.ts';
import { dismissJob, isOver, useJobs } from '../../state/jobs.ts';
import { useKnown } from '../../state/known.ts';
import { inBackground } from '../../state/notices.ts';
import { showPanel } from '../../state/ui.ts';
import { useJob } from '../../state/use-job.ts';
import { useStart } from '../../state/use-start.ts';
import { openReadings } from './known-jobs.ts';
import styles from './known-panel.module.css';
import { addKnown, removeKnown, useKnownForm } from './known-state.ts';
import { type EntrySaving, entrySaving, totalSaving } from './saving.ts';

/** The images that the open document is planned with, and what each of them saves. */
export function KnownPanel() {
  const open = useDocument((state) => state.open);
  return open && <KnownImages open={open} />;
}

function KnownImages({ open }: { readonly open: OpenDocument }) {
  const list = useKnown((state) => state.list);
  const jobs = useJobs((state) => state.jobs);
  const { layering } = open.history.present;
  const plan = usePlan(open.history.present);
  const hasClosure = useClosure(({ closure }) => closure !== null);
  const layers = plan?.layers(layering.budget) ?? null;
  const readings = useMemo(() => openReadings(jobs, refOf(open)), [jobs, open]);
  const entries = list?.entries ?? [];
  const savingOf = (entry: KnownEntry): EntrySaving => {
    if (layering.strategy !== 'strata') return { text: 'Not looked at.', isUseful: false };
    if (plan !== null && layers !== null) return entrySaving(plan, layers, entry);
    const text = hasClosure ? 'Planning…' : 'What it saves shows once the packages are built.';
    return { text, isUseful: false };
  };
  return (
    <Dialog
      open
      title="Known images"
      description="Images that exist already, or are planned along. Layers that they have are taken over where that moves fewer bytes."
      onClose={() => showPanel(null)}
    >
      <AddForm />
      {layering.strategy !== 'strata' && entries.length > 0 && (
        <p className={styles.note}>
          <OtherStrategy>
            The strategy {layering.strategy} looks at nothing but the image itself.
          </OtherStrategy>
        </p>
      )}
      <div role="status">
        {plan !== null &&
          layers !== null &&
          totalSaving(plan, layers).map((line) => (
            <p key={line} className={styles.totals}>
              {line}.
            </p>
          ))}
      </div>
      {entries.length + readings.length === 0 && (
        <p className={styles.empty}>
          There are none yet. Add what runs where this image is going to: its layers need not be moved again.
        </p>
      )}
      <ul className={styles.list} aria-label="Known images">
        {entries.map((entry) => (
          <li key={entry.location} className={styles.entry}>
            <Entry location={entry.location} saving={savingOf(entry)} />
          </li>
        ))}
        {readings.map((job) => (
          <li key={job.title}>
            <Reading key={job.id} summary={job} />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function AddForm() {
  const { location } = useKnownForm();
  const { start, starting, failure } = useStart(async () => {
    await addKnown(location.trim());
    useKnownForm.setState({ location: '' });
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (location.trim() !== '') start();
  };
  return (
    <form className={styles.form} aria-label="Add a known image" onSubmit={submit}>
      <LocationInput
        label="Image, directory or reference"
        hint="An archive, an image directory, a registry reference, a plan, or documents to plan along."
        planned
        error={failure && [failure.message, hintOf(failure)].filter(Boolean).join(' ')}
        value={location}
        onChange={(value) => useKnownForm.setState({ location: value })}
      />
      <Button type="submit" variant="primary" icon={Plus} disabled={location.trim() === '' || starting}>
        Add
      </Button>
    </form>
  );
}

interface EntryProps {
  readonly location: string;
  readonly saving: EntrySaving;
}

function Entry({ location, saving }: EntryProps) {
  const { start, failure } = useStart(() => addKnown(location));
  return (
    <>
      <code className={styles.location} title={location}>
        {location}
      </code>
      <p className={styles.saves} data-useful={saving.isUseful || undefined}>
        {failure?.message ?? saving.text}
      </p>
      <div className={styles.buttons}>
        <IconButton icon={RotateCw} size={14} label={`Read ${location} again`} onClick={() => start()} />
        <IconButton
          icon={X}
          size={14}
          label={`Remove ${location}`}
          onClick={() => inBackground('The image could not be removed', () => removeKnown(location))}
        />
      </div>
    </>
  );
}

/** An image that is being read, or could not be. */
function Reading({ summary }: { readonly summary: JobSummary }) {
  const job = useJob(summary.id);
  const location = job?.detail.kind === 'known' ? job.detail.location : '';
  const retry = useStart(async () => {
    await addKnown(location);
    dismissJob(summary.id);
  });
  if (job === null) return null;
  if (!isOver(job)) {
    return (
      <div className={styles.reading}>
        <code className={styles.location} title={location}>
          {location}
        </code>
        <RunningJob job={job} label={job.title} />
      </div>
    );
  }
  const failure = retry.failure ?? job.failure;
  if (failure === null) return null;
  return (
    <div className={styles.asking}>
      <code className={styles.location}>{location}</code>
      <AccessFailure
        compact
        title="It could not be read"
        failure={failure}
        reference={location}
        onRetry={() => retry.start()}
        actions={
          <Button small onClick={() => dismissJob(summary.id)}>
            Leave it out
          </Button>
        }
      />
    </div>
  );
}
