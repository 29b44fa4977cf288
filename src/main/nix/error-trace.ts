import { dirname } from 'node:path';
import { withoutCredentials } from '../../shared/without-credentials.ts';
import { resourcePath } from '../files/paths.ts';
import { plainText } from './plain-text.ts';

/** A place in a Nix file; lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface TraceStep {
  readonly text: string;
  readonly at: Position | null;
}

/** What an evaluation failed for, and how it came there, innermost step first. */
export interface ErrorTrace {
  readonly cause: TraceStep;
  readonly steps: readonly TraceStep[];
}

/** Reads the trace in an error message of --log-format internal-json; with --show-trace it has all steps. */
export function traceOf(record: Readonly<Record<string, unknown>>): ErrorTrace | undefined {
  const cause = stepOf(record);
  if (cause === undefined) return undefined;
  const steps = Array.isArray(record.trace) ? record.trace : [];
  return { cause, steps: steps.flatMap((step: Readonly<Record<string, unknown>>) => stepOf(step) ?? []) };
}

function stepOf(record: Readonly<Record<string, unknown>>): TraceStep | undefined {
  const { raw_msg: text, file, line, column } = record;
  if (typeof text !== 'string') return undefined;
  // Line 0 of «none» is no place.
  const isPlaced =
    typeof file === 'string' && typeof line === 'number' && typeof column === 'number' && line > 0;
  // From 2.19 on, the place is in the file's name too.
  const at = isPlaced ? { file: file.replace(`:${line}:${column}`, ''), line, column } : null;
  return { text: withoutCredentials(plainText(text)).trim(), at };
}

/** The place that whoever wrote the packages can do something about: the innermost that is neither ours nor a library's. */
export function placeOf({ cause, steps }: ErrorTrace): Position | null {
  const placed = [cause, ...steps].flatMap(({ at }) => (at === null || isOurs(at) ? [] : [at]));
  return placed.find((at) => !isLibrary(at)) ?? placed[0] ?? null;
}

/** `default.nix:3:5`: files of a source that Nix has copied into its store are named as the source has them. */
export function formatPosition({ file, line, column }: Position): string {
  return `${file.replace(/^.*\/[0-9a-z]{32}-source\//, '')}:${line}:${column}`;
}

/** What failed, in one clause without a full stop. */
export function summaryOf({ cause, steps }: ErrorTrace): string {
  const text = (cause.text.split('\n')[0] ?? '').replace(/[.:]+$/, '');
  // From 2.26 on, a failed comparison says what differs, and not that it was asserted.
  const asserted = /^while evaluating the condition of the (assertion '.*')$/.exec(steps[0]?.text ?? '')?.[1];
  return asserted === undefined ? text : `${asserted} failed: ${text}`;
}

const MOST_STEPS = 12;

/**
 * The cause, then the steps that led there: those in the files of whoever wrote the packages first, then those in
 * libraries; those in the Nix files of Strata are left out, as nobody can do anything about them.
 *
 * @param text the message as Nix lays it out, for the lines of code that it shows
 */
export function formatTrace(trace: ErrorTrace, text: string): string {
  const steps = trace.steps.filter(({ text: said, at }) => said !== '' && (at === null || !isOurs(at)));
  const isOfLibrary = ({ at }: TraceStep) => at !== null && isLibrary(at);
  const ordered = [...steps.filter((step) => !isOfLibrary(step)), ...steps.filter(isOfLibrary)];
  const shown = ordered.slice(0, MOST_STEPS);
  const place = placeOf(trace);
  const lines = [trace.cause, ...shown].flatMap((step, index) => [
    index === 0 ? step.text : `… ${step.text}`,
    ...(step.at === null || isOurs(step.at) ? [] : [`  at ${placeText(step.at)}`]),
    ...(step.at !== null && step.at === place ? codeAt(step.at, text) : []),
  ]);
  const left = ordered.length - shown.length;
  return [...lines, ...(left === 0 ? [] : [`… and ${left} more steps`])].join('\n');
}

function placeText({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`;
}

/** The lines of code that Nix shows below a place. */
function codeAt(at: Position, text: string): string[] {
  const after = text.split(`at ${placeText(at)}:`)[1]?.replace(/^\s*\n/, '') ?? '';
  return /^(?: *\d* *\|.*\n?)+/.exec(after)?.[0].trimEnd().split('\n') ?? [];
}

function isOurs({ file }: Position): boolean {
  return dirname(file) === resourcePath('nix');
}

/** nixpkgs' library and machinery, and what is built into Nix (`<nix/…>`, `«nix-internal»/…`). */
function isLibrary({ file }: Position): boolean {
  return /^[<«]|\/(?:lib|pkgs\/stdenv|pkgs\/build-support|pkgs\/top-level)\//.test(file);
}
