import type { FailureCode, FailureData, Fix } from './contract/errors.ts';
import type { StrataDocument } from './document.ts';

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
  switch (code) {
    case 'unknown-package': {
      const unknown = field(details, 'unknown');
      return (Array.isArray(unknown) ? unknown : []).flatMap((entry): Fix[] => {
        const name = field(entry, 'name');
        if (typeof name !== 'string') return [];
        return [
          ...strings(field(entry, 'nearest'))
            .slice(0, 3)
            .map((replacement): Fix => ({ type: 'replace-package', package: name, replacement })),
          { type: 'remove-package', package: name },
        ];
      });
    }
    case 'unfree-package':
      return allowing('unfree', details);
    case 'broken-package':
      return allowing('broken', details);
    case 'insecure-package':
      return allowing('insecure', details);
    case 'unsupported-system':
      return allowing('unsupported-system', details);
    case 'untrusted-source': {
      const source = field(details, 'source');
      return source === undefined
        ? []
        : [{ type: 'trust-source', source: source as StrataDocument['source'] }];
    }
    case 'source-unavailable':
    case 'nix-missing':
      return [{ type: 'retry' }, { type: 'use-source', source: { type: 'starter' } }];
    case 'build-failed':
    case 'build-timeout':
    case 'nix-failed':
    case 'evaluation-failed':
    case 'network':
    case 'disk-full':
    case 'file-system':
    case 'corrupt-blob':
    case 'internal':
      return [{ type: 'retry' }];
    default:
      return [];
  }
}

/** `details.asked`: names as the document has them; `details.packages`: as nixpkgs writes them. */
function allowing(what: Extract<Fix, { type: 'allow' }>['what'], details: Json): Fix[] {
  return [
    { type: 'allow', what, packages: strings(field(details, 'packages')) },
    ...strings(field(details, 'asked')).map((name): Fix => ({ type: 'remove-package', package: name })),
  ];
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
      return { ...document, importArguments: allowed(document.importArguments, fix) };
  }
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
