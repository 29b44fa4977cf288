// biome-ignore-all lint/suspicious/noControlCharactersInRegex: the escape sequences of terminals begin with one
import type { LogChunk } from '../../../shared/contract/jobs.ts';

/** A log as far as the window knows it. */
export interface LogState {
  readonly lines: readonly string[];
  /** Number of the first of `lines`. */
  readonly firstLine: number;
}

export const EMPTY_LOG: LogState = { lines: [], firstLine: 0 };

/** As many lines as the host keeps of a derivation. */
const MOST_LINES = 10_000;

/** Adds a chunk. One that begins earlier than the log ends was sent again after a broken connection. */
export function withChunk({ lines, firstLine }: LogState, chunk: LogChunk): LogState {
  const end = firstLine + lines.length;
  if (lines.length === 0 || chunk.firstLine > end) {
    return { firstLine: chunk.firstLine, lines: chunk.lines.map(plainText) };
  }
  const fresh = chunk.lines.slice(Math.max(0, end - chunk.firstLine)).map(plainText);
  const all = [...lines, ...fresh];
  const dropped = Math.max(0, all.length - MOST_LINES);
  return { firstLine: firstLine + dropped, lines: dropped === 0 ? all : all.slice(dropped) };
}

const ESCAPES =
  /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007]*(?:\u0007|\u001b\\)|[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** A line without the escape sequences of terminals (ECMA-48), and only what was written last over itself. */
function plainText(line: string): string {
  const overwritten = line.replace(/\r+$/, '');
  return overwritten.slice(overwritten.lastIndexOf('\r') + 1).replace(ESCAPES, '');
}
