import type { ErrorTrace } from './error-trace.ts';

/** What a run of Nix reports while it goes on. Free of clocks: whoever consumes an event knows when it came. */
export type NixEvent =
  /** Told again as it goes on, where it can be counted. */
  | {
      readonly type: 'phase';
      readonly phase: NixPhase;
      readonly text: string;
      readonly done?: number;
      readonly total?: number;
    }
  | { readonly type: 'planned-build'; readonly derivation: string }
  | { readonly type: 'planned-download'; readonly path: string }
  | { readonly type: 'planned-bytes'; readonly downloadBytes: number; readonly unpackedBytes: number }
  /** What a planned derivation waits for: derivations of the same plan. */
  | { readonly type: 'derivation-inputs'; readonly derivation: string; readonly inputs: readonly string[] }
  /** `machine` is null for this machine, else the store that builds, such as `ssh-ng://builder`. */
  | {
      readonly type: 'build-started';
      readonly id: string;
      readonly derivation: string;
      readonly machine: string | null;
    }
  | { readonly type: 'build-phase'; readonly id: string; readonly phase: string }
  | { readonly type: 'build-log'; readonly id: string; readonly line: string }
  /** `derivation` is null where Nix does not say which: then it makes `output`, or is the one that ended last. */
  | {
      readonly type: 'build-failed';
      readonly derivation: string | null;
      readonly output?: string;
      readonly reason: BuildFailureReason;
    }
  /** A store path that is fetched or copied. */
  | {
      readonly type: 'download-started';
      readonly id: string;
      readonly path: string;
      readonly from: string | null;
      /** Left out where it has succeeded once it ends without a complaint. */
      readonly by?: Bringer;
    }
  /** Of this activity, progress tells how many of those that are brought so have succeeded. */
  | { readonly type: 'counter-started'; readonly id: string; readonly counts: Bringer }
  /** A run has ended well. */
  | { readonly type: 'succeeded' }
  /** A file that is fetched, such as a tarball, or the NAR of a store path that is fetched. */
  | { readonly type: 'transfer-started'; readonly id: string; readonly parent: string; readonly url: string }
  | { readonly type: 'activity-started'; readonly id: string; readonly parent: string; readonly text: string }
  /** Bytes for a transfer or a download, items otherwise. */
  | { readonly type: 'progress'; readonly id: string; readonly done: number; readonly expected: number }
  | { readonly type: 'stopped'; readonly id: string }
  | {
      readonly type: 'message';
      readonly level: MessageLevel;
      readonly text: string;
      /** Of a warning: the same for all that is one news. */
      readonly about?: string;
      /** Of the error that ends a process. */
      readonly trace?: ErrorTrace | undefined;
    };

/** What brings store paths here: whether it succeeded with one is told of all of them together. */
export type Bringer = 'substituter' | 'copy';
export type NixPhase = 'source' | 'lookup' | 'build' | 'copy' | 'graph' | 'catalog';
export type MessageLevel = 'error' | 'warning' | 'notice' | 'info' | 'debug';
export type BuildFailureReason =
  | 'failed'
  | 'timeout'
  | 'hash-mismatch'
  /** A binary cache offers what it makes, and then does not give it. */
  | 'substitution'
  | 'dependency'
  | 'no-builder';
export type OnNixEvent = (event: NixEvent) => void;

/** Says of each step which of several sources it is about; of the one without a name, nothing. */
export function namingSource(name: string | null, onEvent: OnNixEvent | undefined): OnNixEvent | undefined {
  if (onEvent === undefined || name === null) return onEvent;
  return (event) => onEvent(event.type === 'phase' ? { ...event, text: `${event.text} (${name})` } : event);
}
