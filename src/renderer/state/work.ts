import type { BillFormat } from '../../engine/sbom/bill.ts';
import type { BuildResult } from '../../shared/contract/builds.ts';
import type { Fix } from '../../shared/contract/errors.ts';
import { applyFix } from '../../shared/contract/fixes.ts';
import type { ExportFormat } from '../../shared/export-formats.ts';
import { useClosure } from './closure/store.ts';
import { askForTrust, refOf } from './document/actions.ts';
import { edit, useDocument } from './document/store.ts';
import { host } from './host.ts';
import { followJob, isOver, newestJob, useJobs } from './jobs.ts';
import { inBackground, reportFailure } from './notices.ts';
import { plannedWith } from './planned-with.ts';
import { selectionKey } from './sources.ts';
import { showScreen } from './ui.ts';

/** The build that runs for this document, or the newest one that ran since the host started. */
export function useBuildJob() {
  const open = useDocument((state) => state.open);
  return useJobs(({ jobs, followed }) => {
    const newest = newestJob(jobs, 'build', open && refOf(open));
    return newest === null ? null : (followed[newest.id] ?? null);
  });
}

export function useImageJob() {
  const open = useDocument((state) => state.open);
  return useJobs(({ jobs, followed }) => {
    const newest = newestJob(jobs, 'image', open && refOf(open));
    return newest === null ? null : (followed[newest.id] ?? null);
  });
}

/** Whether the closure on the screens is not what the document asks for any more. */
export function isOutOfDate(build: BuildResult | null, selection: BuildResult['selection']): boolean {
  return build !== null && selectionKey(build.selection) !== selectionKey(selection);
}

/** Builds the packages of the document. A build of it that runs already is shown instead. */
export async function startBuild(): Promise<void> {
  const { open } = useDocument.getState();
  if (open === null) return;
  const running = newestJob(useJobs.getState().jobs, 'build', refOf(open));
  if (running !== null && !isOver(running)) {
    showScreen('build');
    return;
  }
  try {
    if (!(await askForTrust())) return;
    showScreen('build');
    const { jobId } = await host().builds.start({ ref: refOf(open), document: open.history.present });
    followJob(jobId);
  } catch (error) {
    reportFailure('The build could not be started', error, () => void startBuild());
  }
}

export interface ImageOutput {
  readonly path: string;
  readonly format: ExportFormat;
  readonly replace: boolean;
  /** A bill of materials to write beside it. */
  readonly bill?: BillFormat | null;
}

/** Packs the layers of the document's plan, and writes a file of them, or puts them into an engine. @returns the job's id */
export async function startImage(output: ImageOutput | null, into: string | null = null): Promise<string> {
  const { open } = useDocument.getState();
  const { build } = useClosure.getState();
  if (open === null || build === null) throw new Error('There is nothing to pack.');
  const { jobId } = await host().images.start({
    ref: refOf(open),
    build: build.build,
    document: open.history.present,
    ...plannedWith(open.history.present.layering),
    output,
    into,
  });
  followJob(jobId);
  return jobId;
}

/** What a fix is called on its button. */
export function fixTitle(fix: Fix): string {
  switch (fix.type) {
    case 'retry':
      return 'Try again';
    case 'remove-package':
      return `Remove ${fix.package}`;
    case 'replace-package':
      return `Use ${fix.replacement} instead of ${fix.package}`;
    case 'allow':
      return `Allow ${fix.what.replace('-', ' ')}: ${fix.packages.join(', ')}`;
    case 'trust-source':
      return 'Look at the source…';
    case 'use-source':
      return `Use ${fix.source.type}`;
  }
}

/** Does what a fix says and builds again. */
export function takeFix(fix: Fix): void {
  edit((document) => ({ document: applyFix(document, fix), title: fixTitle(fix) }));
  inBackground('The build could not be started', startBuild);
}
