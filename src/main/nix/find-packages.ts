import { z } from 'zod';
import { type ErrorCode, StrataError } from '../../shared/errors.ts';
import { resourcePath } from '../files/paths.ts';
import { evaluate } from './instantiate.ts';
import { type Lookup, type LookupAnswer, lookUp } from './lookup.ts';
import { describeProblem, type PackageProblem } from './lookup-problems.ts';
import type { NixRunContext } from './run.ts';

/** Packages that throw are evaluated once more each for what they say; beyond this many it is not worth the time. */
const MOST_EXPLAINED = 10;

export interface Findings {
  readonly answer: LookupAnswer;
  /** Every package that cannot be had, in the order asked for. */
  readonly problems: readonly PackageProblem[];
  /** What Nix said about those that cannot be evaluated. */
  readonly log: string | undefined;
}

/** Looks all packages up and says of each that cannot be had why. */
export async function findPackages(lookup: Lookup, context: NixRunContext): Promise<Findings> {
  const { answer, failures } = await lookUpEach(lookup, context);
  const problems: PackageProblem[] = [];
  const logs: string[] = [];
  let explained = 0;
  for (const [index, result] of answer.results.entries()) {
    const request = lookup.packages[index];
    if (request === undefined || result.type === 'package') continue;
    if (result.problem === 'unknown' && request.optional) continue;
    const isThrown = result.problem === 'throws';
    const failure =
      failures.get(index) ??
      (isThrown && explained++ < MOST_EXPLAINED
        ? await explain(lookup, result.attribute, context)
        : undefined);
    problems.push(describeProblem(request, result, answer, { system: lookup.system, failure }));
    if (failure?.log !== undefined) logs.push(failure.log);
  }
  return { answer, problems, log: logs.length === 0 ? undefined : logs.join('\n\n') };
}

interface Answers {
  readonly answer: LookupAnswer;
  /** What went wrong with single packages that could not be looked up beside others, by position. */
  readonly failures: ReadonlyMap<number, StrataError>;
}

/**
 * Nix can catch a `throw`, but not, say, a missing attribute inside a package: that ends the evaluation of all. Then
 * they are looked up in halves until each culprit stands alone.
 */
async function lookUpEach(lookup: Lookup, context: NixRunContext): Promise<Answers> {
  try {
    return { answer: await lookUp(lookup, context), failures: new Map() };
  } catch (error) {
    if (!isEvaluationFailure(error)) throw error;
    // Fails if it is the package source that is broken rather than a package.
    await lookUp({ ...lookup, packages: [] }, context);
    return lookUpHalves(lookup, error, context);
  }
}

async function lookUpHalves(lookup: Lookup, error: StrataError, context: NixRunContext): Promise<Answers> {
  const [only, ...others] = lookup.packages;
  if (only === undefined) throw error;
  if (others.length === 0) {
    const result = {
      type: 'problem' as const,
      problem: 'throws' as const,
      optional: only.optional,
      attribute: [...only.segments],
    };
    return {
      answer: { results: [result], levels: [], nested: {}, graph: null, needsShell: false },
      failures: new Map([[0, error]]),
    };
  }
  const middle = Math.ceil(lookup.packages.length / 2);
  const halves: Answers[] = [];
  for (const packages of [lookup.packages.slice(0, middle), lookup.packages.slice(middle)]) {
    const half = { ...lookup, packages };
    try {
      halves.push({ answer: await lookUp(half, context), failures: new Map() });
    } catch (failure) {
      if (!isEvaluationFailure(failure)) throw failure;
      halves.push(await lookUpHalves(half, failure, context));
    }
  }
  return {
    answer: {
      results: halves.flatMap(({ answer }) => answer.results),
      levels: halves.flatMap(({ answer }) => answer.levels),
      nested: Object.assign({}, ...halves.map(({ answer }) => answer.nested)),
      graph: null,
      needsShell: false,
    },
    failures: new Map(
      halves.flatMap(({ failures }, half) =>
        [...failures].map(([index, failure]) => [index + half * middle, failure] as const),
      ),
    ),
  };
}

/** What a package may be at fault for; neither the network nor the store is any package's, and they fail again. */
const OF_PACKAGES: readonly ErrorCode[] = [
  'evaluation-failed',
  'build-failed',
  'unfree-package',
  'broken-package',
  'insecure-package',
  'unsupported-system',
];

function isEvaluationFailure(error: unknown): error is StrataError {
  return error instanceof StrataError && OF_PACKAGES.includes(error.code);
}

async function explain(
  lookup: Lookup,
  attribute: readonly string[],
  context: NixRunContext,
): Promise<StrataError | undefined> {
  const { source, importArguments, system } = lookup;
  try {
    await evaluate(
      {
        file: resourcePath('nix', 'explain-package.nix'),
        request: { source, importArguments, system, attribute },
        schema: z.null(),
      },
      context,
    );
    return undefined;
  } catch (error) {
    if (isEvaluationFailure(error)) return error;
    throw error;
  }
}
