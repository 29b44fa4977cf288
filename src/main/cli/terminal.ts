import { styleText } from 'node:util';

/**
 * What a command may do to the world outside. Results go to standard output, everything said about the work goes to
 * standard error, so that the output of every command can be piped.
 */
export interface Terminal {
  /** A line of the result. */
  print(line: string): void;
  /** A line about the work, above the progress. */
  note(line: string): void;
  /** Replaces the progress shown on a terminal; elsewhere does nothing. */
  progress(lines: readonly string[]): void;
  /** A line below the progress; undefined takes it away. */
  status(line: string | undefined): void;
  /** Takes the progress and the status away. */
  clearProgress(): void;
  /** True where the progress is shown, so that plain lines can be left out. */
  readonly isLive: boolean;
  /** Width of the results: what is no terminal is not cut, within reason. */
  readonly columns: number;
  /** Width of what is said about the work. */
  readonly progressColumns: number;
  readonly style: typeof styleError;
}

type Style = Parameters<typeof styleText>[0];

const styleError = (style: Style, text: string): string => styleText(style, text, { stream: process.stderr });

/** Some terminals say that they are 0 wide: they do not know. */
function widthOf(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>, elsewhere: number): number {
  return stream.isTTY ? stream.columns || 80 : elsewhere;
}

export async function createTerminal(): Promise<Terminal> {
  // One that says it is 0 high does not know, and nothing can be drawn on it.
  const isLive =
    process.stderr.isTTY === true &&
    process.stderr.rows !== 0 &&
    process.env.TERM !== 'dumb' &&
    !process.env.CI;
  const live = isLive ? await liveOutput() : undefined;
  let shown: readonly string[] = [];
  let status: string | undefined;
  const draw = (): void => {
    const lines = status === undefined ? shown : [...shown, status];
    if (lines.length > 0) live?.(lines.join('\n'));
    else live?.clear();
  };
  return {
    isLive,
    columns: widthOf(process.stdout, 1_000),
    get progressColumns() {
      return widthOf(process.stderr, 100);
    },
    style: styleError,
    print(line) {
      live?.clear();
      process.stdout.write(`${line}\n`);
      draw();
    },
    note(line) {
      live?.clear();
      process.stderr.write(`${line}\n`);
      draw();
    },
    progress(lines) {
      shown = lines;
      draw();
    },
    status(line) {
      status = line;
      draw();
    },
    clearProgress() {
      shown = [];
      status = undefined;
      draw();
    },
  };
}

/** Loaded only where there is a terminal to draw on: scripts start without it. */
async function liveOutput() {
  const { createLogUpdate } = await import('log-update');
  return createLogUpdate(process.stderr, { showCursor: true });
}
