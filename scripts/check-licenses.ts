import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What package-lock.json says of a package, as far as it matters here. */
interface Locked {
  readonly license?: string;
  readonly dev?: boolean;
}

/** What may be bundled with a program under Apache-2.0, as package-lock.json writes it (https://spdx.org/licenses/). */
const ALLOWED: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MPL-2.0',
  '(MIT OR CC0-1.0)',
];
/** Fonts are data that lie beside the program; sold alone they may not be. */
const ALLOWED_FOR_FONTS = 'OFL-1.1';

/** The packages that go into what Strata ships and whose license does not allow it, with what the license is said to be. */
export function doubtfulLicenses(packages: Readonly<Record<string, Locked>>): string[] {
  return Object.entries(packages)
    .filter(([path, { dev = false }]) => path !== '' && !dev)
    .filter(([path, { license = '' }]) => {
      const isFont = path.startsWith('node_modules/@fontsource');
      return !ALLOWED.includes(license) && !(isFont && license === ALLOWED_FOR_FONTS);
    })
    .map(
      ([path, { license }]) => `${path.replace(/^.*node_modules\//, '')}: ${license ?? 'no license named'}`,
    );
}

if (import.meta.main) {
  const lock = JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8'));
  const doubtful = doubtfulLicenses(lock.packages);
  for (const line of doubtful) console.error(line);
  if (doubtful.length > 0) process.exitCode = 1;
}
