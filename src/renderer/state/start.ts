import { loadLatest } from './closure/store.ts';
import { openExample, openPath, refOf } from './document/actions.ts';
import { recallSession } from './document/session.ts';
import { useDocument } from './document/store.ts';
import { startEffects } from './effects.ts';
import { followHost, host, loadAbout } from './host.ts';
import { startJobs } from './jobs.ts';
import { inBackground, notify, reportFailure } from './notices.ts';
import { startSettings } from './settings.ts';
import { startUi } from './ui.ts';

/** Starts everything that does not belong to one screen, and opens the first document. */
export async function startWindow(signal: AbortSignal): Promise<void> {
  const settings = await startSettings(signal);
  await loadAbout();
  if (signal.aborted) return;
  startUi(signal);
  startJobs(signal);
  startBugs(signal);
  startEffects(signal);
  await openFirst(settings.tourDismissed);
}

/** Tells of bugs of the host that nothing here asked for. */
function startBugs(signal: AbortSignal): void {
  const title = 'Something went wrong in Strata’s host';
  followHost(
    (s) => host().system.bugs(undefined, { signal: s }),
    (failure) => notify({ tone: 'failure', title, detail: failure.message, failure }),
    signal,
  ).catch((error: unknown) => reportFailure(title, error));
}

async function openFirst(seenBefore: boolean): Promise<void> {
  const before = recallSession();
  if (before !== null) {
    useDocument.setState({ open: before });
    inBackground('The last build could not be loaded', () => loadLatest(refOf(before)));
    return;
  }
  const asked = new URL(location.href).searchParams.get('open');
  if (asked !== null && (await openPath(asked))) return;
  if (seenBefore) return;
  const recent = await host().documents.recent();
  if (recent.length === 0) await openExample();
}
