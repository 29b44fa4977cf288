import { stripVTControlCharacters } from 'node:util';
import { Cancelled, StrataError } from '../../shared/errors.ts';
import { appendRotating } from './append-rotating.ts';
import { withoutSecrets } from './secret.ts';

/** What a program that runs on writes down of itself, for whoever looks into what went wrong later. */
export interface Log {
  info(text: string): void;
  /** What failed and why. An expected failure is a line, a bug comes with its stack. */
  failure(what: string, error: unknown): void;
}

const LONGEST_ENTRY = 8_000;

/**
 * The log in a file. Each entry is in the file when the call returns, because what follows may be the end of the
 * process. A log that cannot be written stops nothing; `strata doctor` says so.
 */
export function openLog(path: string, now: () => Date = () => new Date()): Log {
  const write = (level: 'info' | 'error', text: string): void => {
    const entry = withoutSecrets(beginningOf(stripVTControlCharacters(text)));
    try {
      // A line break in what others said must not begin an entry.
      appendRotating(path, `${now().toISOString()} ${level} ${entry.replaceAll(/[\n\r]+/g, '\n  ')}\n`);
    } catch {
      // There is nowhere to say so.
    }
  };
  return {
    info: (text) => write('info', text),
    failure: (what, error) => write('error', `${what}: ${reasonOf(error)}`),
  };
}

/** Messages and stacks alone: other members of an error may hold anything. */
function reasonOf(error: unknown): string {
  if (error instanceof Cancelled) return 'cancelled';
  if (!(error instanceof Error)) return String(error);
  const text =
    error instanceof StrataError ? `${error.message} (${error.code})` : (error.stack ?? error.message);
  return error.cause === undefined ? text : `${text}\ncaused by: ${reasonOf(error.cause)}`;
}

/** Cut between words: half a secret is not known for one. */
function beginningOf(text: string): string {
  if (text.length <= LONGEST_ENTRY) return text;
  return `${text.slice(0, LONGEST_ENTRY).replace(/\S*$/, '')}…`;
}
