import { basename } from 'node:path';
import type { DetailChange } from '../../shared/contract/job-kinds.ts';
import type { FileAccess } from '../files/file-access.ts';
import type { WorkReport } from '../jobs/job.ts';
import { waitingLine } from '../registry/transport/silence.ts';
import type { WorkContext, WorkEvent } from '../verbs/events.ts';
import { followBuild } from './build-progress.ts';
import { followPacking, followUpload, followWriting } from './pack-progress.ts';

export interface ReportedWork extends WorkContext {
  readonly signal: AbortSignal;
  readonly onEvent: (event: WorkEvent) => void;
  /** What was built and what was downloaded so far. */
  counts(): { readonly built: number; readonly downloaded: number };
}

export interface ReportServices {
  readonly cacheDirectory: string;
  readonly now: () => Date;
  /** Which files of this machine a document may name. */
  readonly files: FileAccess;
}

/** Where the parts of the work are shown one by one; those that a kind of job has no place for are left out. */
export interface PartsTold {
  readonly build?: (change: Pick<DetailChange<'build'>, 'derivations' | 'downloads'>) => void;
  readonly layers?: (change: Pick<DetailChange<'image' | 'push'>, 'layers'>) => void;
  readonly written?: (change: Pick<DetailChange<'image'>, 'writtenBytes'>) => void;
  readonly blobs?: (change: Pick<DetailChange<'push'>, 'blobs'>) => void;
}

const nothing = (): void => {};

/** Runs a verb of `verbs/` and tells a job what it tells. */
export async function reported<T>(
  report: WorkReport,
  { cacheDirectory, now, files }: ReportServices,
  signal: AbortSignal,
  { build: tellBuild, layers = nothing, written = nothing, blobs = nothing }: PartsTold,
  verb: (work: ReportedWork) => Promise<T>,
): Promise<T> {
  const build = followBuild(report, now, signal, tellBuild);
  const writing = followWriting(report, written);
  let packing: ReturnType<typeof followPacking> | undefined;
  let uploading: ReturnType<typeof followUpload> | undefined;
  const onEvent = (event: WorkEvent): void => {
    switch (event.type) {
      case 'nix':
        build.onEvent(event.event);
        break;
      case 'image':
        if (event.total > 1) {
          const phase = `Reading ${basename(event.name)}`;
          report.progress({ phase, done: event.done, total: event.total, unit: 'items' });
        }
        break;
      case 'bytes':
        if (event.doing === 'writing') writing(event);
        else {
          const { doneBytes: done, totalBytes: total } = event;
          report.progress({ phase: 'Reading the layers', done, total, unit: 'bytes' });
        }
        break;
      case 'packing':
        packing = followPacking(report, layers, event.graph, event.layers);
        break;
      case 'layer':
        packing?.onLayer(event.progress);
        break;
      case 'pushing':
        uploading = followUpload(report, blobs, event.image);
        break;
      case 'blob':
        uploading?.(event.progress);
        break;
      case 'attaching':
        report.progress({ phase: 'Attaching the bill of materials', done: 0, total: null, unit: 'items' });
        break;
      case 'waiting':
        if (event.waiting !== undefined) {
          report.progress({ phase: waitingLine(event.waiting), done: 0, total: null, unit: 'items' });
        }
        break;
      case 'note':
        report.log(null, `${event.text}\n`);
        break;
      case 'warning':
        report.log(null, `${event.what}: ${event.error.message}\n`);
        break;
    }
  };
  const checkFile = (path: string) => files.check(path);
  return verb({ cacheDirectory, signal, onEvent, checkFile, counts: build.counts }).finally(build.stop);
}
