import { type Debset, unitClosure } from './debset.ts';

/** What Strata's meta-packages stand for, and sets that need nothing but the shell. */
const SHELL_ONLY: ReadonlySet<string> = new Set(['testing', 'lib', 'stdenv', 'stdenvnocc', 'arm64']);

/**
 * The units that have to be there to build the given attribute paths (`git`, `openssl.bin`, `python311Packages.flask`),
 * ascending. Case does not matter. A path that begins with a known attribute needs that attribute's units, so that
 * outputs and functions of packages work; for Python, functions may take any module. For a path that is not known, such
 * as one that an overlay defines, that is every unit.
 */
export function unitsFor(debset: Debset, attributePaths: readonly string[] | 'all'): string[] {
  const everything = Object.keys(debset.units).sort();
  if (attributePaths === 'all') return everything;
  const wanted = new Set(debset.shells);
  for (const path of attributePaths) {
    const units = unitsOfPath(debset, path.toLowerCase());
    if (units === undefined) return everything;
    for (const unit of units) wanted.add(unit);
  }
  return unitClosure(debset, wanted);
}

function unitsOfPath(debset: Debset, path: string): string[] | undefined {
  const segments = path.split('.');
  const [first = '', second] = segments;
  if (first === 'shell') return unitsOfNames(debset, ['bash', 'coreutils', 'moreutils', 'nano']);
  if (SHELL_ONLY.has(first)) return [];
  if (first === 'debianunits' && second !== undefined) {
    const unit = segments.slice(1).join('.');
    return Object.keys(debset.units).filter((name) => unit === name || unit.startsWith(`${name}.`));
  }
  const alias = Object.entries(debset.aliases).find(([name]) => name.toLowerCase() === first);
  const head = alias ? alias[1].toLowerCase() : first;
  const canonical = [head, ...segments.slice(1)].join('.');

  const attributes = Object.entries(debset.attributes);
  if (head === 'python3' && segments.length > 1 && !isOutput(segments[1])) {
    return attributes
      .filter(([name]) => name === 'python3' || name.startsWith('python3Packages.'))
      .map(([, { unit }]) => unit);
  }
  const found = attributes.filter(
    ([name]) => canonical === name.toLowerCase() || canonical.startsWith(`${name.toLowerCase()}.`),
  );
  return found.length > 0 ? found.map(([, { unit }]) => unit) : undefined;
}

function unitsOfNames(debset: Debset, names: readonly string[]): string[] {
  return names.flatMap((name) => debset.attributes[name]?.unit ?? []);
}

function isOutput(segment: string | undefined): boolean {
  return segment === 'out' || segment === 'bin' || segment === 'dev' || segment === 'lib';
}
