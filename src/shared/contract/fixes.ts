import { packageSourceSchema, type StrataDocument } from '../document.ts';
import type { FailureCode, FailureData, Fix } from './errors.ts';

type Json = FailureData['details'];

function field(details: Json, name: string): Json | undefined {
  if (typeof details !== 'object' || details === null || Array.isArray(details)) return undefined;
  return Object.hasOwn(details, name) ? details[name] : undefined;
}

function strings(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

/** What can be done about a failure, the likeliest first. */
export function fixesFor(code: FailureCode, details: Json): Fix[] {
  const problems = field(details, 'problems');
  if (Array.isArray(problems)) return packageFixes(problems);
  switch (code) {
    case 'untrusted-source': {
      const source = packageSourceSchema.safeParse(field(details, 'source'));
      return source.success ? [{ type: 'trust-source', source: source.data }] : [];
    }
    case 'source-unavailable':
      return [{ type: 'retry' }, { type: 'use-source', source: { type: 'starter' } }];
    case 'build-failed':
    case 'build-timeout':
    case 'network':
      return [{ type: 'retry' }, ...removals(details)];
    case 'unsupported-system':
      return removals(details);
    case 'unfree-package':
      return [{ type: 'allow', what: 'unfree', packages: [] }];
    case 'broken-package':
      return [{ type: 'allow', what: 'broken', packages: [] }];
    case 'nix-missing':
    case 'nix-failed':
    case 'evaluation-failed':
    case 'disk-full':
    case 'file-system':
    case 'corrupt-blob':
    case 'internal':
      return [{ type: 'retry' }];
    default:
      return [];
  }
}

/** Leaving out what needs what failed. */
function removals(details: Json): Fix[] {
  return strings(field(details, 'requested')).map((name): Fix => ({ type: 'remove-package', package: name }));
}

const ALLOWANCES = {
  unfree: 'unfree',
  broken: 'broken',
  insecure: 'insecure',
  unsupported: 'unsupported-system',
} as const satisfies Record<string, Extract<Fix, { type: 'allow' }>['what']>;

/** Of every package that cannot be had: one step that allows what is refused, then a step for each package. */
function packageFixes(problems: readonly Json[]): Fix[] {
  const allow = Object.entries(ALLOWANCES).flatMap(([reason, what]): Fix[] => {
    const refused = problems.filter((problem) => strings(field(problem, 'reasons')).includes(reason));
    const bySource = Map.groupBy(refused, (problem) => strings([field(problem, 'source') ?? null])[0]);
    return [...bySource].map(([source, its]) => ({
      type: 'allow',
      what,
      ...(source === undefined ? {} : { source }),
      packages: its.flatMap((problem) => strings([field(problem, 'name') ?? null])),
    }));
  });
  const each = problems.flatMap((problem): Fix[] => {
    const name = field(problem, 'requested');
    if (typeof name !== 'string') return [];
    return [
      ...strings(field(problem, 'nearest')).map(
        (replacement): Fix => ({ type: 'replace-package', package: name, replacement }),
      ),
      { type: 'remove-package', package: name },
    ];
  });
  return [...allow, ...each];
}

/** The document with a fix applied; the same document for `retry` and `trust-source`, which change none. */
export function applyFix(document: StrataDocument, fix: Fix): StrataDocument {
  switch (fix.type) {
    case 'retry':
    case 'trust-source':
      return document;
    case 'remove-package':
      return { ...document, packages: document.packages.filter((name) => name !== fix.package) };
    case 'replace-package': {
      const packages = document.packages.map((name) => (name === fix.package ? fix.replacement : name));
      return { ...document, packages: [...new Set(packages)] };
    }
    case 'use-source':
      return { ...document, source: fix.source };
    case 'allow':
      return withAllowance(document, fix);
  }
}

function withAllowance(document: StrataDocument, fix: Extract<Fix, { type: 'allow' }>): StrataDocument {
  const { source: name } = fix;
  if (name === undefined) return { ...document, importArguments: allowed(document.importArguments, fix) };
  const source = document.sources?.[name];
  if (source === undefined) return document;
  const importArguments = allowed(source.importArguments ?? {}, fix);
  return { ...document, sources: { ...document.sources, [name]: { ...source, importArguments } } };
}

const ALLOW_OPTION = {
  unfree: 'allowUnfree',
  broken: 'allowBroken',
  'unsupported-system': 'allowUnsupportedSystem',
} as const;

/** nixpkgs manual, "Allowing packages": options of the `config` argument. */
function allowed(
  importArguments: StrataDocument['importArguments'],
  fix: Extract<Fix, { type: 'allow' }>,
): StrataDocument['importArguments'] {
  const before = importArguments.config;
  const config = typeof before === 'object' && before !== null && !Array.isArray(before) ? before : {};
  if (fix.what !== 'insecure') {
    return { ...importArguments, config: { ...config, [ALLOW_OPTION[fix.what]]: true } };
  }
  const permitted = new Set([...strings(config.permittedInsecurePackages), ...fix.packages]);
  return { ...importArguments, config: { ...config, permittedInsecurePackages: [...permitted] } };
}
