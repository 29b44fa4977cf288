import { type ErrorCode, StrataError } from '../../shared/errors.ts';
import { joinPackageName } from '../../shared/package-sources.ts';
import type { LookupAnswer, LookupProblem } from './lookup.ts';
import { nearestNames } from './nearest-names.ts';
import type { PackageRefusal } from './package-facts.ts';
import { formatAttribute, formatPackage, type RequestedPackage } from './package-names.ts';

/** One name that cannot be had: an entry of `details.problems` of the error. */
export interface PackageProblem {
  /** As the user wrote it. */
  readonly requested: string;
  /** Name of its package source; null for the one without a name. */
  readonly source: string | null;
  readonly code: ErrorCode;
  /** All that nixpkgs has against the package; empty for another kind of problem. */
  readonly reasons: readonly PackageRefusal[];
  /** As nixpkgs names it, such as `openssl-1.1.1w`; null where there is no such package. */
  readonly name: string | null;
  readonly message: string;
  /** Names to ask for instead, best first. */
  readonly nearest: readonly string[];
}

const CODES = {
  unfree: 'unfree-package',
  broken: 'broken-package',
  insecure: 'insecure-package',
  unsupported: 'unsupported-system',
} as const satisfies Record<PackageRefusal, ErrorCode>;

/** As many suggestions as a person reads. */
const FEW = 5;
/** As many problems as a person reads at once; thousands come from a list that is for another package set. */
const MOST_SHOWN = 20;

const HINTS: Partial<Record<ErrorCode, string>> = {
  'unfree-package': 'Allow unfree packages with the import argument {"config": {"allowUnfree": true}}.',
  'broken-package': 'Try broken packages all the same with {"config": {"allowBroken": true}}.',
  'insecure-package':
    'Allow insecure packages by name with {"config": {"permittedInsecurePackages": ["NAME-VERSION"]}}.',
  'unsupported-system':
    'Leave out what is not made for this system, or allow it with {"config": {"allowUnsupportedSystem": true}}.',
};

/** All problems as one error: its code is that of the first, its details name them all. */
export function problemsError(problems: readonly PackageProblem[], log?: string): StrataError {
  const codes = [...new Set(problems.map(({ code }) => code))];
  const hints = codes.flatMap((code) => HINTS[code] ?? []);
  const messages = problems.slice(0, MOST_SHOWN).map(({ message }) => message);
  if (problems.length > MOST_SHOWN)
    messages.push(`And ${problems.length - MOST_SHOWN} more that cannot be had.`);
  return new StrataError(codes[0] ?? 'evaluation-failed', messages.join('\n'), {
    ...(hints.length === 0 ? {} : { hint: hints.join('\n') }),
    action: codes.includes('unknown-package') ? { action: 'search-packages' } : undefined,
    details: { problems },
    ...(log === undefined ? {} : { log }),
  });
}

/** What is wrong with one name. `failure` is what Nix said where the package throws. */
export function describeProblem(
  { requested, source, segments }: RequestedPackage,
  problem: LookupProblem,
  answer: LookupAnswer,
  { system, failure }: { readonly system: string; readonly failure?: StrataError | undefined },
): PackageProblem {
  const base = { requested, source, reasons: [], name: null, nearest: [] };
  const written = formatPackage({ source, segments });
  const shown = requested === written ? requested : `${written} (of ${requested})`;
  const packageSet = source === null ? 'the package set' : `the package set ${source}`;
  const named = (attribute: readonly string[]): string => formatPackage({ source, segments: attribute });
  switch (problem.problem) {
    case 'unknown': {
      const nearest = nearestTo(problem, segments, answer).map((name) => joinPackageName(source, name));
      const suggestion = nearest.length === 0 ? '' : ` Did you mean ${orList(nearest)}?`;
      return {
        ...base,
        code: 'unknown-package',
        nearest,
        message: `${shown} is not in ${packageSet}.${suggestion}`,
      };
    }
    case 'not-a-set':
      return {
        ...base,
        code: 'unknown-package',
        message: `${shown} is not in ${packageSet}: ${named(problem.attribute)} is not a set of packages.`,
      };
    case 'not-a-package':
      return {
        ...base,
        code: 'unknown-package',
        message:
          problem.kind === 'set'
            ? `${shown} is a set of packages, not a package. Name one of them, as in ${named([...problem.attribute, 'NAME'])}.`
            : `${shown} is a ${problem.kind === 'lambda' ? 'function' : problem.kind}, not a package.`,
      };
    case 'throws': {
      const why = failure === undefined ? '' : failureReason(failure);
      return {
        ...base,
        code: failure?.code ?? 'evaluation-failed',
        message: `${shown} cannot be evaluated${why === '' ? '' : `: ${why}`}.`,
      };
    }
    case 'refused': {
      const [first = 'broken'] = problem.reasons;
      const because = problem.reasons.map((reason) => clause(reason, problem, system));
      return {
        ...base,
        code: CODES[first],
        reasons: problem.reasons,
        name: problem.name,
        message: `${shown} (${problem.name}) ${because.join(', and ')}.`,
      };
    }
  }
}

function clause(
  reason: PackageRefusal,
  problem: Extract<LookupProblem, { readonly problem: 'refused' }>,
  system: string,
): string {
  switch (reason) {
    case 'unfree':
      return `has an unfree licence${problem.licences.length === 0 ? '' : ` (${problem.licences.join(', ')})`}`;
    case 'broken':
      return 'is marked as broken';
    case 'insecure':
      return `has known vulnerabilities${problem.vulnerabilities.length === 0 ? '' : ` (${problem.vulnerabilities.join(', ')})`}`;
    case 'unsupported':
      return `is not made for ${system}`;
  }
}

/** A package may be called `constructor`. */
function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Names where the lookup stopped, completed to what can be asked for: of a package, its outputs. Nested sets that have the name come first. */
function nearestTo(
  problem: Extract<LookupProblem, { readonly problem: 'unknown' }>,
  segments: readonly string[],
  answer: LookupAnswer,
): string[] {
  const level = answer.levels.find(
    ({ attribute }) => formatAttribute(attribute) === formatAttribute(problem.attribute),
  );
  const rest = segments.slice(problem.attribute.length + 1);
  const nested = problem.attribute.length === 0 ? (own(answer.nested, problem.missing) ?? []) : [];
  const names = level?.names ?? [];
  const chosen = level?.isPackage ? names : nearestNames(problem.missing, names);
  const near = chosen.map((name) => [...problem.attribute, name, ...rest]);
  return [...nested.map((path) => [...path, ...rest]), ...near].map(formatAttribute).slice(0, FEW);
}

/** What Nix says of a failure in a few words, without a full stop. */
export function failureReason(failure: StrataError): string {
  return summaryOf(failure) ?? failure.message.replace(/\.$/, '');
}

function summaryOf(failure: StrataError): string | undefined {
  const details: unknown = failure.details;
  if (typeof details !== 'object' || details === null || !('summary' in details)) return undefined;
  return typeof details.summary === 'string' ? details.summary : undefined;
}

function orList(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} or ${names[names.length - 1]}`;
}
