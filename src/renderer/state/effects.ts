import type { JobSummary } from '../../shared/contract/jobs.ts';
import { sourceFields } from '../../shared/package-sources.ts';
import { shell } from '../client/transport.ts';
import { takeBuild, takeImage } from './closure/store.ts';
import { refOf, refreshSourceDescription } from './document/actions.ts';
import { rememberSession } from './document/session.ts';
import { documentTitle, isEdited, type OpenDocument, useDocument } from './document/store.ts';
import { host } from './host.ts';
import { belongsTo, followJob, isOver, newestJob, useJobs } from './jobs.ts';
import { takeKnown } from './known.ts';
import { inBackground, reportFailure } from './notices.ts';
import { rememberPush } from './pushed.ts';
import { answers, questions } from './questions.ts';

/** What follows from changes of the state, without any screen having to be open. */
export function startEffects(signal: AbortSignal): void {
  const stops = [
    keepDocument(),
    followSource(),
    followWork(),
    takeResults(),
    followPacking(),
    guardClosing(),
  ];
  signal.addEventListener('abort', () => {
    for (const stop of stops) stop();
  });
}

const AUTOSAVE_AFTER_MS = 700;

/** Remembers the document for a reload, and keeps unsaved work with the host for recovery after a crash. */
function keepDocument(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return useDocument.subscribe(({ open }, before) => {
    rememberSession(open);
    showInShell(open);
    if (open?.history === before.open?.history) return;
    clearTimeout(timer);
    if (open === null) return;
    const wasEdited = open.draft === before.open?.draft && isEdited(before.open);
    if (isEdited(open)) timer = setTimeout(autosave, AUTOSAVE_AFTER_MS);
    // Everything was taken back: there is nothing to recover.
    else if (wasEdited) inBackground('Unsaved work could not be forgotten', () => discardDraft(open));
  });
}

function discardDraft({ draft }: OpenDocument): Promise<void> {
  return host().documents.discardDraft({ draft });
}

/** Asks what the source of the document is as soon as it is another one, be it by an edit or by undo. */
function followSource(): () => void {
  return useDocument.subscribe(({ open }, { open: before }) => {
    if (open === null || before === null || open.draft !== before.draft) return;
    const [now, then] = [open.history.present, before.history.present];
    if (JSON.stringify(sourceFields(now)) === JSON.stringify(sourceFields(then))) return;
    inBackground('The source could not be read', refreshSourceDescription);
  });
}

function autosave(): void {
  const { open } = useDocument.getState();
  // It may have been saved, or closed, meanwhile.
  if (open === null || !isEdited(open)) return;
  const { draft, path, fingerprint, history } = open;
  host()
    .documents.autosave({ draft, path, fingerprint, document: history.present })
    .catch((error: unknown) => reportFailure('Unsaved work could not be kept for recovery', error));
}

function showInShell(open: OpenDocument | null): void {
  const title = open === null ? 'Strata' : documentTitle(open);
  const edited = open !== null && isEdited(open);
  document.title = open === null ? 'Strata' : `${edited ? '• ' : ''}${title} – Strata`;
  shell?.setDocument({ title, path: open?.path ?? null, edited });
}

/** Follows the newest build, the newest packing and the readings of known images of this document, also those that were started before a reload. */
function followWork(): () => void {
  const look = () => {
    const { open } = useDocument.getState();
    const { jobs } = useJobs.getState();
    for (const kind of ['build', 'image'] as const) {
      const job = newestJob(jobs, kind, open && refOf(open));
      if (job !== null && useJobs.getState().followed[job.id] === undefined) followJob(job.id);
    }
    // Each adds to the list, whichever is the newest.
    for (const job of knownJobs(jobs, open)) if (!isOver(job)) followJob(job.id);
  };
  const stops = [
    useJobs.subscribe(({ jobs }, before) => jobs !== before.jobs && look()),
    useDocument.subscribe(({ open }, before) => open?.draft !== before.open?.draft && look()),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Jobs that read images to plan the open document with. */
function knownJobs(jobs: readonly JobSummary[], open: OpenDocument | null): readonly JobSummary[] {
  return open === null ? [] : jobs.filter((job) => job.kind === 'known' && belongsTo(job, refOf(open)));
}

/** Shows what a build or a packing gave as soon as it is there. */
function takeResults(): () => void {
  return useJobs.subscribe(({ followed, jobs }, before) => {
    if (followed === before.followed) return;
    const { open } = useDocument.getState();
    for (const kind of ['build', 'image'] as const) {
      const newest = newestJob(jobs, kind, open && refOf(open));
      const detail = newest && followed[newest.id]?.detail;
      if (!newest || !detail || detail === before.followed[newest.id]?.detail) continue;
      if (detail.kind === 'build' && detail.result !== null) {
        void takeBuild(detail.result);
        // A build resolves what `auto` stands for, and finds the revision.
        inBackground('The source could not be read', refreshSourceDescription);
      }
      if (detail.kind === 'image' && detail.result !== null) takeImage(detail.result);
    }
    for (const { id } of knownJobs(jobs, open)) {
      const detail = followed[id]?.detail;
      if (detail?.kind !== 'known' || detail === before.followed[id]?.detail) continue;
      if (detail.result !== null) takeKnown(detail.result);
    }
  });
}

/** What jobs that pack leave behind: packed layers, and after a push an image that the next push is measured by. */
function followPacking(): () => void {
  return useJobs.subscribe(({ jobs }, { jobs: before }) => {
    if (jobs === before) return;
    const ran = new Set(before.filter((job) => !isOver(job)).map(({ id }) => id));
    for (const job of jobs) {
      if (!ran.has(job.id) || !isOver(job)) continue;
      if (job.kind !== 'image' && job.kind !== 'push') continue;
      void answers.invalidateQueries({ queryKey: questions().images.cachedLayers.key() });
      if (job.kind !== 'push' || job.state !== 'done') continue;
      takePush(job);
      inBackground('The last image could not be read', takeLatest);
    }
  });
}

/** What was pushed is what is there now, and the next push is compared with it. */
function takePush({ id }: JobSummary): void {
  const { open } = useDocument.getState();
  const detail = useJobs.getState().followed[id]?.detail;
  if (detail?.kind !== 'push' || open === null) return;
  rememberPush(open, detail.reference);
  void answers.invalidateQueries({ queryKey: questions().registry.summary.key() });
}

async function takeLatest(): Promise<void> {
  const { open } = useDocument.getState();
  const image = open && (await host().images.latest(refOf(open)));
  if (image !== null && useDocument.getState().open?.draft === open?.draft) takeImage(image);
}

/** Asks before the window closes over unsaved work. The desktop shell asks by itself. */
function guardClosing(): () => void {
  if (shell) return () => {};
  const guard = (event: BeforeUnloadEvent) => {
    const { open } = useDocument.getState();
    if (open !== null && isEdited(open)) event.preventDefault();
  };
  window.addEventListener('beforeunload', guard);
  return () => window.removeEventListener('beforeunload', guard);
}
