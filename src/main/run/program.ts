import type { Launched, RunStreams } from './launch.ts';

/** A program that runs in an image. */
export interface RunningProgram extends Launched {
  /** Sends it a signal, where it still runs. */
  readonly signal: (name: NodeJS.Signals) => void;
  /** Its first processes, as this machine numbers them: what else it started is below them. None where they are not known yet, or gone. */
  readonly findProcesses: () => Promise<readonly number[]>;
  /** Ends it at once, with all that it started. */
  readonly kill: () => void;
}

/** An image that is laid out to be run once. */
export interface PreparedRun {
  /** @throws StrataError `run-failed` where this machine does not let it be run. */
  readonly start: (streams: RunStreams) => Promise<RunningProgram>;
  /** Takes away what was laid out; to be called when the program has ended. */
  readonly close: () => void;
}
