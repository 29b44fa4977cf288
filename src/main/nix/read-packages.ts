import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { itemAt } from '../../engine/graph/item-at.ts';
import type { LeftOut } from '../../shared/contract/catalog.ts';
import { classifyNixFailure } from './errors.ts';
import {
  type EvaluationSession,
  type Slice,
  type SliceAnswer,
  startEvaluation,
} from './evaluation-session.ts';
import { failureReason } from './lookup-problems.ts';
import { packageFactsSchema } from './package-facts.ts';
import { formatAttribute } from './package-names.ts';
import type { NixRunContext } from './run.ts';

const answerSchema = z.object({
  entry: packageFactsSchema.optional(),
  set: z.array(z.string()).optional(),
  thrown: z.literal(true).optional(),
});

export interface ReadPackages {
  /** In the order of their attribute paths. */
  readonly packages: readonly (z.infer<typeof packageFactsSchema> & { readonly attribute: string })[];
  readonly leftOut: readonly LeftOut[];
}

export interface ReadPackagesOptions {
  /** Attributes that have been looked at, of those that are known so far. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Processes of Nix at once. */
  readonly workers?: number | undefined;
}

/** Small enough to show progress and for memory to be looked at often, large enough that asking costs nothing. */
const SLICE = 100;
/** A second process evaluates anew what all packages share, so that it has to have enough to do. */
const WORTH_A_PROCESS = 2_500;
const MOST_WORKERS = 4;
/** Nix keeps all that it has evaluated: beyond this a new process begins where it was. */
const MOST_MEMORY = 320 * 2 ** 20;

interface Task extends Slice {
  /** It ended a process, perhaps by what that had evaluated before: it is to be tried in one of its own. */
  readonly afresh?: true;
}

/**
 * Reads every package of a set, and says of each attribute that cannot be evaluated why. `request` is what
 * nix/catalog-session.nix is asked.
 *
 * @throws StrataError where the set as a whole cannot be evaluated; Cancelled once all processes are gone
 */
export async function readPackages(
  request: unknown,
  context: NixRunContext,
  { onProgress, workers = Math.min(availableParallelism(), MOST_WORKERS) }: ReadPackagesOptions = {},
): Promise<ReadPackages> {
  const found: { readonly path: readonly string[]; readonly facts: z.infer<typeof packageFactsSchema> }[] =
    [];
  const leftOut: LeftOut[] = [];
  let next: Task[] = [];
  let done = 0;
  let total = 0;

  /** Sorts what was answered, and gives back what is still to be asked of the slice. */
  const settle = (task: Task, { answers, messages, hasEnded }: SliceAnswer): Task[] => {
    const parsed = answers.map((answer) => answerSchema.parse(answer));
    const culprit = parsed.at(-1)?.thrown ? parsed.length - 1 : parsed.length;
    for (const [index, { entry, set }] of parsed.entries()) {
      const path = [...task.path, itemAt(task.names, index)];
      if (entry) found.push({ path: path.slice(1), facts: entry });
      if (set) {
        next.push(...slices(path, set));
        total += set.length;
      }
    }
    const name = task.names[culprit];
    done += culprit;
    if (name === undefined) return [];
    const rest = task.names.slice(culprit + 1);
    const later = rest.length === 0 ? [] : [{ path: task.path, names: rest }];
    if (hasEnded && !task.afresh) return [{ path: task.path, names: [name], afresh: true }, ...later];
    done += 1;
    const failure = classifyNixFailure({ program: 'nix-instantiate', exitCode: 1, messages });
    if (task.path.length === 0 || failure.code === 'disk-full') throw failure;
    leftOut.push({
      attribute: formatAttribute([...task.path.slice(1), name]),
      reason: failureReason(failure),
      isThrown: culprit < parsed.length,
    });
    return later;
  };

  const sessions = new Set<EvaluationSession>();
  const work = async (tasks: Task[], held: { session?: EvaluationSession | undefined }): Promise<void> => {
    const leave = async (): Promise<void> => {
      const { session } = held;
      if (session === undefined) return;
      held.session = undefined;
      await session.close();
      sessions.delete(session);
    };
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
      if (task.afresh) await leave();
      if (held.session === undefined) {
        held.session = await startEvaluation(request, context);
        sessions.add(held.session);
      }
      const answer = await held.session.read(task);
      tasks.unshift(...settle(task, answer));
      if (answer.hasEnded || ((await held.session.memoryBytes()) ?? 0) > MOST_MEMORY) await leave();
      onProgress?.(done, total);
    }
  };

  try {
    const holders = Array.from({ length: Math.max(1, workers) }, () => ({}));
    // Level by level: what a level's sets hold is the next.
    for (next = [{ path: [], names: ['packages'] }]; next.length > 0; ) {
      const tasks = next;
      next = [];
      const worth = Math.max(1, Math.ceil((tasks.length * SLICE) / WORTH_A_PROCESS));
      await Promise.all(holders.slice(0, worth).map((holder) => work(tasks, holder)));
    }
  } finally {
    await Promise.all([...sessions].map((session) => session.close()));
  }
  found.sort((a, b) => comparePaths(a.path, b.path));
  leftOut.sort((a, b) => (a.attribute < b.attribute ? -1 : 1));
  return {
    packages: found.map(({ path, facts }) => ({ ...facts, attribute: formatAttribute(path) })),
    leftOut,
  };
}

function slices(path: readonly string[], names: readonly string[]): Task[] {
  const count = Math.ceil(names.length / SLICE);
  return Array.from({ length: count }, (_, i) => ({ path, names: names.slice(i * SLICE, (i + 1) * SLICE) }));
}

function comparePaths(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((name, index) => name !== b[index]);
  const [one, other] = [a[at], b[at]];
  if (at < 0 || one === undefined) return a.length - b.length;
  return other === undefined || one > other ? 1 : -1;
}
