import type { ClosureGraph } from '../../engine/graph/closure-graph.ts';
import type { UpdateHistory } from '../../engine/plan/hints.ts';
import { changesBetween, learnUpdates, type PathChange } from '../../engine/plan/learn.ts';
import { readHintsIfThere, writeHintsFile } from './hints-file.ts';

export interface LearnRequest {
  /** Closures of builds of one document: lists of them, oldest first, of which steps are counted each by itself. */
  readonly histories: readonly (readonly ClosureGraph[])[];
  /** The file that what is learned goes to; what else it holds stays. */
  readonly hintsFile: string;
}

export interface Learned {
  readonly steps: number;
  /** What changed of itself, by name with `*` for its version, most often first. */
  readonly changes: readonly { readonly name: string; readonly count: number }[];
  /** What changed in the last step of the last list. */
  readonly last: readonly PathChange[];
}

/**
 * Learns from past builds which paths change, and writes it into the hints. The builds are all that is counted, so that
 * learning twice from the same past comes to the same.
 *
 * @throws StrataError `invalid-document` where the hints file is none; `file-system`, `disk-full`
 */
export async function learnFromBuilds({ histories, hintsFile }: LearnRequest): Promise<Learned> {
  const hints = await readHintsIfThere(hintsFile);
  const updates = histories.reduce<UpdateHistory>((known, builds) => learnUpdates(builds, known), {
    steps: 0,
    changes: {},
  });
  await writeHintsFile(hintsFile, {
    ...hints,
    updates: { steps: updates.steps, changes: { ...updates.changes } },
  });
  const changes = Object.entries(updates.changes).map(([name, count]) => ({ name, count }));
  const [before, after] = histories.at(-1)?.slice(-2) ?? [];
  return {
    steps: updates.steps,
    changes: changes.sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)),
    last: before === undefined || after === undefined ? [] : changesBetween(before, after),
  };
}
