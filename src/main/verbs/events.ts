import type { ClosureGraph } from '../../engine/graph/closure-graph.ts';
import type { PlannedLayer } from '../../engine/plan/plan.ts';
import type { StrataError } from '../../shared/errors.ts';
import type { AssembleProgress } from '../assemble/assemble.ts';
import type { Image } from '../assemble/image.ts';
import type { NixEvent, OnNixEvent } from '../nix/events.ts';
import type { BlobProgress } from '../registry/progress.ts';
import type { OnWaiting, Waiting } from '../registry/transport/silence.ts';

/** What a verb tells while it is at work. The command line draws it; the host tells a job. */
export type WorkEvent =
  | { readonly type: 'nix'; readonly event: NixEvent }
  /** The next of several images is read, which is named. */
  | { readonly type: 'image'; readonly name: string; readonly done: number; readonly total: number }
  | {
      readonly type: 'bytes';
      readonly doing: 'reading' | 'checking' | 'writing';
      readonly doneBytes: number;
      readonly totalBytes: number;
    }
  /** Layers are about to be packed. */
  | { readonly type: 'packing'; readonly graph: ClosureGraph; readonly layers: readonly PlannedLayer[] }
  | { readonly type: 'layer'; readonly progress: AssembleProgress }
  /** An image that was packed here is about to be pushed. */
  | { readonly type: 'pushing'; readonly image: Pick<Image, 'config' | 'layers'> }
  | { readonly type: 'blob'; readonly progress: BlobProgress }
  | { readonly type: 'attaching' }
  /** A registry says nothing, told each second; undefined when it is heard again. */
  | { readonly type: 'waiting'; readonly waiting: Waiting | undefined }
  | { readonly type: 'note'; readonly text: string }
  /** What was asked for beside the work itself, and could not be done. */
  | { readonly type: 'warning'; readonly what: string; readonly error: StrataError };

export type OnWorkEvent = (event: WorkEvent) => void;

/** What every verb gets beside its own input. */
export interface WorkContext {
  readonly cacheDirectory: string;
  /** Aborted, the verb ends with Cancelled and leaves nothing half-written. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: OnWorkEvent | undefined;
  /** A path with its links followed; throws where this face may not read it. */
  readonly checkFile?: ((path: string) => Promise<string>) | undefined;
}

/** For what tells of Nix alone. */
export function nixEventsTo(onEvent: OnWorkEvent | undefined): OnNixEvent | undefined {
  return onEvent && ((event) => onEvent({ type: 'nix', event }));
}

/** For what speaks to a registry. */
export function waitingTo(onEvent: OnWorkEvent | undefined): OnWaiting | undefined {
  return onEvent && ((waiting) => onEvent({ type: 'waiting', waiting }));
}
