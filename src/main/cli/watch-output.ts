/** What became of standard output. */
export interface WatchedOutput {
  /** Waits until all is written, or cannot be. @returns why not; `EPIPE` where the reader is gone, as `head` may be */
  readonly finish: () => Promise<NodeJS.ErrnoException | undefined>;
}

/**
 * Keeps a pipe that was closed or a full disk from ending the process in the middle of its work: without listeners, an
 * error of a stream is thrown. What nobody can read of the progress is left out.
 *
 * @param onLost called at once where standard output can be written no more
 */
export function watchOutput(
  { stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>,
  onLost: () => void,
): WatchedOutput {
  let failure: NodeJS.ErrnoException | undefined;
  stdout.on('error', (error) => {
    failure ??= error;
    onLost();
  });
  stderr.on('error', () => {});
  return {
    async finish() {
      await new Promise<void>((resolve) => stdout.write('', () => resolve()));
      return failure;
    },
  };
}
