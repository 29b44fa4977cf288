import { basename } from 'node:path';
import { mergePopularity, type Popularity } from '../../engine/graph/closure-graph.ts';
import type { Selection } from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';
import { lockFileOf, readLockFile } from '../documents/lock-file.ts';
import {
  type ComposedSelection,
  composeSelection,
  lookUpSelection,
  type SelectionRequest,
} from '../nix/compose-selection.ts';
import type { NixPreferences, SourceOpening } from '../nix/open-source.ts';
import type { AppliedLock } from '../nix/source-lock.ts';
import { type BuiltClosure, recordBuild } from '../planning/build-records.ts';
import { nixEventsTo, type OnWorkEvent, type WorkContext } from './events.ts';

/** A selection with its closure graph, and how popular the paths in it are. */
export interface Composition extends ComposedSelection {
  readonly popularity: Popularity;
}

export interface ComposeContext extends WorkContext {
  readonly nix: NixPreferences;
  /** The file of the document: its lock is beside it. */
  readonly file?: string | undefined;
  /** Relative paths in the document are taken from here: the directory that the document is in. */
  readonly baseDirectory?: string | undefined;
  /** Sources that are taken as the document has them, whatever its lock says: null is the one without a name. */
  readonly unlocked?: 'all' | readonly (string | null)[] | undefined;
  /** To run Nix in; the process's own where it is left out. */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/**
 * Has Nix build what a document selects, of the sources that its lock holds.
 *
 * @throws StrataError as {@link composeSelection} and {@link readLockFile} do; Cancelled.
 */
export async function composeDocument(selection: Selection, context: ComposeContext): Promise<Composition> {
  const { cacheDirectory, signal } = context;
  const composed = await composeSelection(await selectionRequest(selection, context), openingIn(context));
  const counts: Popularity[] = [];
  for (const { source } of composed.sources)
    counts.push((await source.popularity?.({ cacheDirectory, signal })) ?? {});
  return { ...composed, popularity: mergePopularity(counts) };
}

/** Whether what a document selects can be had, without building it. @throws StrataError as {@link lookUpSelection} does */
export async function lookUpDocument(selection: Selection, context: ComposeContext): Promise<void> {
  await lookUpSelection(await selectionRequest(selection, context), openingIn(context));
}

async function selectionRequest(selection: Selection, context: ComposeContext): Promise<SelectionRequest> {
  return { ...selection, nix: context.nix, lock: await lockOf(context) };
}

function openingIn({ cacheDirectory, baseDirectory, signal, onEvent, env }: ComposeContext): SourceOpening {
  return { cacheDirectory, baseDirectory, signal, onEvent: nixEventsTo(onEvent), env };
}

/** The lock that a document is held to. @throws StrataError as {@link readLockFile} does */
export async function lockOf({
  file,
  unlocked = [],
}: Pick<ComposeContext, 'file' | 'unlocked'>): Promise<AppliedLock | undefined> {
  if (file === undefined || unlocked === 'all') return undefined;
  const place = lockFileOf(file);
  const lock = await readLockFile(place);
  return lock && { lock, document: file, place: basename(place), exempt: unlocked };
}

/**
 * Keeps what was built of a document, for `strata learn` to learn from. A build is no worse where it cannot be kept:
 * that is told as a warning.
 *
 * @param directory where builds are kept. @param file the document's.
 */
export async function rememberBuild(
  directory: string,
  file: string,
  built: BuiltClosure,
  onEvent: OnWorkEvent | undefined,
): Promise<void> {
  try {
    await recordBuild(directory, file, built);
  } catch (error) {
    if (!(error instanceof StrataError)) throw error;
    onEvent?.({ type: 'warning', what: 'This build is not remembered for `strata learn`', error });
  }
}
